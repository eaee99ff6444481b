export default {
  title: "Account",
}
