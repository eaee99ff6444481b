export default {
  title: "Accounts",
}
