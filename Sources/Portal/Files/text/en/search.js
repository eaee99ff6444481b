// Words of the search.

import { clock, count, day, form, many, moment } from "../../format.js"
import { around } from "../../words.js"

export default {
  title: "Search",
  titleOf: form`Search: ${"words"}`,
  start: "Type words of a file's name above. Capitals do not matter; * and ? stand for any letters. All accounts and all points are searched, deleted files too.",
  short: "Type at least two letters.",
  in: "In",
  allAccounts: "all accounts",
  oneAccount: "Only in the account",
  everywhere: "Search all accounts",
  from: "From",
  until: "Until",
  deleted: "also deleted files",
  found: many({ one: "1 file fits “%”.", other: "# files and folders fit “%”." }, "words"),
  searching: form`${count} of ${count} accounts searched, ${count} found so far`,
  stop: "Stop",
  notIndexed: form`${count} of ${count} accounts are searchable; the names of the others are still being indexed.`,
  none: form`No file or folder fits “${"words"}”.`,
  noneHint: "Try a part of the name, fewer words, or a longer time.",
  many: "Many files fit. Name an account or a time to see fewer.",
  accounts: "Accounts and sites of that name",
  files: "Files",
  heads: { name: "Name", account: "Account", folder: "Folder", state: "State", actions: "What you can do" },
  exists: many({ one: "exists · 1 version", other: "exists · # versions" }),
  removed: (/** @type {string} */ from, /** @type {string} */ to) => (day(from) === day(to) ? `removed ${day(from)} between ${clock(from)} and ${clock(to)}` : `removed between ${moment(from)} and ${moment(to)}`),
  removedOnce: "removed",
  newest: around`newest ${"at"}`,
  root: "top folder",
}
