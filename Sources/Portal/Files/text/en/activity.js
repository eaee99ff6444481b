// Words of activity and of reports.

import { count, plural } from "../../format.js"
import { say } from "../../words.js"

const units = (/** @type {number} */ n) => plural(n, { one: "1 account or site", other: `${count(n)} accounts and sites` })

export default {
  title: "Activity",
  records: "What was done",
  sentence: "Who did what to what, from where, and how it ended. The newest is first.",
  onlyLogs: "This server does not answer its audit trail yet. Shown are the activity logs: administrative acts that ended, without sign-ins, reads and downloads.",
  label: "Activity",
  heads: { when: "When", who: "Who", what: "What", target: "To what", outcome: "Outcome", from: "From", details: "Details" },
  search: "Search who, what, to what",
  since: "Since",
  until: "Until",
  outcome: "Outcome",
  outcomes: { all: "all", succeeded: "succeeded", failed: "failed" },
  none: "Nothing happened yet.",
  noneFits: "Nothing fits the filter.",
  details: "Details",
  detailsOf: (/** @type {string} */ what) => `Details of ${what}`,
  export: "Export",
  csv: "CSV",
  json: "JSON",
  csvHeads: ["when", "who", "with", "from", "what", "target kind", "target", "outcome", "request id"],
  acts: /** @type {Record<string, string>} */ ({
    backupPolicyCreated: "wrote a policy", backupPolicyActivated: "activated a policy", backupPolicyModified: "changed a policy", backupPolicyPaused: "paused a policy", backupPolicyRenamed: "renamed a policy",
    dynamicRuleExecution: "a rule was applied", restoreTaskCompleted: "a restore ended", restoreTaskCreated: "made a restore", restoreTaskActivated: "started a restore", offboardingRequested: "asked to off-board",
  }),
  results: { succeeded: "succeeded", failed: "failed", partiallySucceeded: "in part", denied: "refused" },
  system: "the server",
  reports: "Reports",
  protection: "Protection report",
  access: "Access report",
  restore: "Restore reports",
  about: {
    protection: "Every account and site with its state, its newest and oldest point, and when it was last verified.",
    access: "Who may do what, and who did it.",
    restore: "One restore with its plan and its outcome: open a restore that has ended.",
  },
  reportSentence: (/** @type {number} */ good, /** @type {number} */ all) => `${count(good)} of ${units(all)} are protected.`,
  reportOf: (/** @type {Node} */ at) => say`State of ${at}.`,
  print: "Print or PDF",
  protectionHeads: { name: "Account or site", state: "State", newest: "Newest point", oldest: "Oldest point", points: "Points", verified: "Verified in full", proven: "Proven by a drill" },
  protectionCsv: ["account or site", "mail or address", "kind", "state", "since", "newest point", "oldest point", "points", "damaged points", "verified", "proven", "bytes", "error"],
  accessHeads: { name: "Who", roles: "May", seen: "Last sign-in", state: "State" },
  accessCsv: ["name", "roles", "state", "second factor", "made", "last sign-in"],
  never: "never",
  covers: "What this report does not cover: it shows what the server knows of itself at this moment. It is not signed, and it does not prove that a restore would succeed beyond what was verified.",
  fromStates: "The server does not answer this report yet; the page has made it from the states of accounts.",
  notAnswered: "This server does not answer this report yet.",
}
