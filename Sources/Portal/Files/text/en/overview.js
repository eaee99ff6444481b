export default {
  title: "Overview",
}
