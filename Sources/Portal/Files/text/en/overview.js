// Words of the overview.

import { count, duration, plural, size } from "../../format.js"
import { say } from "../../words.js"

export default {
  title: "Overview",
  accounts: "Accounts and sites",
  newest: "Newest points",
  restorable: "Can it be restored?",
  storage: "Storage",
  meter: (/** @type {number} */ good, /** @type {number} */ all) => `${count(good)} of ${count(all)} are protected`,
  within: (/** @type {Node} */ n, /** @type {number} */ seconds) => say`${n} up to ${duration(seconds)} old`,
  older: (/** @type {Node} */ n) => say`${n} older`,
  oldest: (/** @type {Node} */ link) => say`The oldest: ${link}.`,
  verified: (/** @type {Node} */ n) => say`${n} verified within 30 days`,
  unverified: (/** @type {Node} */ n) => say`${n} not verified for 30 days`,
  damaged: (/** @type {Node} */ n) => say`${n} points damaged`,
  proven: (/** @type {Node} */ n) => say`${n} proven by a drill`,
  protectedBytes: (/** @type {string} */ bytes) => `${size(bytes)} protected`,
  storedBytes: (/** @type {string} */ bytes, /** @type {string | null} */ ratio) => (ratio ? `${size(bytes)} stored (÷ ${ratio})` : `${size(bytes)} stored`),
  freeBytes: (/** @type {string} */ bytes) => `${size(bytes)} free`,
  freeFor: (/** @type {string} */ bytes, /** @type {string} */ time) => `${size(bytes)} free, for about ${time}`,
  freeUnknown: "Free space is not known.",
  storageMeter: (/** @type {string} */ stored, /** @type {string} */ free) => `${size(stored)} stored, ${size(free)} free`,
  toDo: (/** @type {number} */ n) => (n > 0 ? `To do (${count(n)})` : "To do"),
  nothingToDo: "Nothing needs you.",
  nothingElse: "Besides the incident, nothing needs you.",
  details: "Details",
  list: "List",
  protect: "Protect",
  since: (/** @type {Node} */ age) => say`for ${age}`,
  changes: "Changes of all accounts, 14 days",
  changesLabel: "Timeline of the changes of all accounts in the last 14 days",
  running: "Running",
  nothingRunning: "No restore is running.",
  restores: (/** @type {number} */ n) => plural(n, { one: "1 restore is running", other: `${count(n)} restores are running` }),
  checksFail: (/** @type {number} */ n) => plural(n, { one: "1 check of the service fails.", other: `${count(n)} checks of the service fail.` }),
  seeHealth: "See health",
  emptyBanner: (/** @type {number} */ n) =>
    n > 0 ? plural(n, { one: "1 account or site is not protected yet.", other: `${count(n)} accounts and sites are not protected yet.` }) : "Nothing is protected yet.",
  protectAll: "Protect all",
  states: {
    protected: "protected", late: "late", failing: "failing", paused: "paused", requested: "requested", notProtected: "not protected",
    excluded: "excluded", leaving: "leaving", deleted: "deleted, kept",
  },
}
