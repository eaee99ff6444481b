// Words of the list of accounts.

import { count, form, many } from "../../format.js"

export default {
  title: "Accounts",
  heading: many({ one: "1 account or site", other: "# accounts and sites" }),
  search: "Search name, mail, site",
  state: "State",
  policy: "Policy",
  kind: "Kind",
  all: "all",
  noPolicy: "none",
  exportCsv: "Export CSV",
  exporting: "Exporting",
  columns: {
    name: "Name", state: "State", newest: "Newest point", change: "Last change", size: "Size", points: "Points", verified: "Verified", recent: "14 days",
  },
  list: "Accounts and sites",
  select: form`Select ${"name"}`,
  selected: many({ one: "1 selected", other: "# selected" }),
  rollBack: "Roll back…",
  clear: "Clear",
  files: many({ one: "1 file, %", other: "# files, %" }, "time"),
  noPoint: "none",
  never: "never",
  incident: "incident",
  sparkLabel: form`Files changed on each of 14 days, at most ${count} on one`,
  none: "There is no account or site yet.",
  noneFound: "No account or site fits the filter.",
  clearFilter: "Clear the filter",
  writePolicy: "Write a policy",
  csv: ["id", "name", "mail", "site", "kind", "state", "newest point", "files", "bytes", "points", "verified", "error"],
}
