// Words of activity and of reports.

import { count, form, many } from "../../format.js"
import { around } from "../../words.js"

const units = many({ one: "1 account or site", other: "# accounts and sites" })

export default {
  title: "Activity",
  records: "What was done",
  sentence: "Who did what to what, from where, and how it ended. The newest is first.",
  label: "Activity",
  heads: { when: "When", who: "Who", what: "What", target: "To what", outcome: "Outcome", actions: "Details" },
  search: "Search who, what, to what",
  since: "Since",
  until: "Until",
  outcome: "Outcome",
  outcomes: { all: "all", succeeded: "succeeded", failed: "failed" },
  none: "Nothing happened yet.",
  noneFits: "Nothing fits the filter.",
  details: "Details",
  detailsOf: form`Details of ${"what"}`,
  export: "Export",
  csvHeads: ["when", "who", "with application", "from", "what", "target kind", "target", "outcome", "request id"],
  // Acts and things by the names of their lists, without the workload.
  acts: /** @type {Record<string, string>} */ ({
    "people.signIn": "signed in", "people.signOut": "signed out", "people.stepUp": "proved who they are", "people.admitProgram": "let a program in",
    "operators.create": "added a person", "operators.update": "changed a person's account", "operators.delete": "removed a person", "operators.resetPassword": "made a new password for a person",
    "programs.create": "registered a program", "programs.delete": "removed a program", "sessions.delete": "ended a session", "me.endOtherSessions": "ended their other sessions",
    "me.changePassword": "changed their password", "me.offerSecondFactor": "began to set up a second factor", "me.confirmSecondFactor": "turned a second factor on", "me.removeSecondFactor": "turned the second factor off",
    "restorePlans.create": "planned a roll back", "restorePlans.replan": "planned a roll back again", "restorePlans.start": "started a roll back", "restorePlans.cancel": "cancelled a roll back",
    "restorePlans.retry": "tried a roll back again", "restorePlans.undo": "planned to undo a restore", "restorePlans.delete": "dropped a plan",
    "restoreSessions.activate": "started a restore", "restoreSessions.cancel": "cancelled a restore", "restoreSessions.retry": "tried a restore again", "restoreSessions.undo": "planned to undo a restore",
    "restoreSessions.create": "made a restore", "browseSessions.create": "opened the files of a moment", "browseSessions.browse": "looked into a folder", "browseSessions.resolve": "looked up files", "browseSessions.content": "looked into a file",
    "fileSearches.create": "searched for files", "fileSearches.delete": "ended a search", "downloads.create": "asked for a download", "downloads.get": "downloaded",
    "protectionPolicies.create": "wrote a policy", "protectionPolicies.update": "changed a policy", "protectionPolicies.activate": "activated a policy", "protectionPolicies.deactivate": "paused a policy", "protectionPolicies.delete": "removed a policy",
    "protectionUnits.backup": "asked for a backup", "protectionUnits.offboard": "asked to off-board", "protectionUnits.cancelOffboard": "called an off-boarding off", "protectionUnits.releaseHold": "released a held point",
    "incidents.dismiss": "dismissed an incident", "serviceApps.activate": "handed the control over", "backupRestore.enable": "switched the service on", policyPreviews: "looked at who would be protected",
    "emailNotificationsSetting.update": "changed the notifications", sendTestMail: "sent a test mail", "reports.protection": "read the protection report", "reports.access": "read the access report",
    "restorePlans.report": "read the report of a restore",
  }),
  targets: /** @type {Record<string, string>} */ ({
    protectionPolicies: "policy", restorePlans: "restore", restoreSessions: "restore",
    protectionUnits: "account", incidents: "incident", operators: "person", programs: "program", downloads: "download", fileSearches: "search",
    browseSessions: "files of a moment", sessions: "session",
  }),
  ended: (/** @type {string} */ outcome) => (outcome === "succeeded" ? outcome : `refused: ${outcome}`),
  system: "the server",
  reports: "Reports",
  names: { protection: "Protection report", access: "Access report", restore: "Restore reports" },
  about: {
    protection: "Every account and site with its state, its newest and oldest point, and when it was last verified.",
    access: "Who may do what, and who did it in the last 30 days.",
    restore: "One restore with its plan and its outcome: open a restore that has ended.",
  },
  reportSentence: form`${count} of ${units} are protected.`,
  reportOf: around`State of ${"at"}.`,
  reportHeads: /** @type {Record<string, string>} */ ({
    displayName: "Account or site", policy: "Policy", state: "State", errorCode: "Error", newestPointDateTime: "Newest point",
    oldestPointDateTime: "Oldest point", pointCount: "Points", damagedPointCount: "Damaged", verifiedDateTime: "Verified in full",
    name: "Who", rights: "May", isDisabled: "Disabled", hasSecondFactor: "Second factor", createdDateTime: "Made", action: "What", outcome: "Outcome", count: "How often",
    firstDateTime: "First", lastDateTime: "Last",
  }),
  reportKinds: /** @type {Record<string, string>} */ ({ account: "People who sign in", program: "Programs", act: "Who did what" }),
  yes: "yes",
  no: "no",
  covers: "What this report does not cover",
}
