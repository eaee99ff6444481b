export default {
  title: "Incident",
}
