// Words of the overview.

import { count, duration, form, many, size } from "../../format.js"
import { around, say } from "../../words.js"

export default {
  title: "Overview",
  accounts: "Accounts and sites",
  newest: "Newest points",
  restorable: "Can it be restored?",
  storage: "Storage",
  meter: form`${count} of ${count} are protected`,
  within: (/** @type {Node} */ n, /** @type {number} */ seconds) => say`${n} up to ${duration(seconds)} old`,
  older: around`${"n"} older`,
  oldest: around`The oldest: ${"link"}.`,
  unverified: around`${"n"} not verified for 30 days`,
  damaged: around`${"n"} points damaged`,
  protectedBytes: form`${size} protected`,
  storedBytes: (/** @type {string} */ bytes, /** @type {string | null} */ ratio) => (ratio ? `${size(bytes)} stored (÷ ${ratio})` : `${size(bytes)} stored`),
  freeBytes: form`${size} free`,
  freeFor: form`${size} free, for about ${"time"}`,
  freeUnknown: "Free space is not known.",
  storageMeter: form`${size} stored, ${size} free`,
  toDo: many({ none: "To do", one: "To do (1)", other: "To do (#)" }),
  nothingToDo: "Nothing needs you.",
  nothingElse: "Besides the incident, nothing needs you.",
  details: "Details",
  list: "List",
  protect: "Protect",
  since: around`for ${"age"}`,
  changes: "Changes of all accounts, 14 days",
  changesLabel: "Timeline of the changes of all accounts in the last 14 days",
  running: "Running",
  nothingRunning: "No restore is running.",
  restores: many({ one: "1 restore is running", other: "# restores are running" }),
  checksFail: many({ one: "1 check of the service fails.", other: "# checks of the service fail." }),
  seeHealth: "See health",
  emptyBanner: many({ none: "Nothing is protected yet.", one: "1 account or site is not protected yet.", other: "# accounts and sites are not protected yet." }),
  protectAll: "Protect all",
  states: {
    protected: "protected", late: "late", failing: "failing", paused: "paused", requested: "requested", notProtected: "not protected",
    excluded: "excluded", leaving: "leaving", deleted: "deleted, kept",
  },
}
