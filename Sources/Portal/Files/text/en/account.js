// Words of one account's page.

import { count, moment, plural, size } from "../../format.js"
import { say } from "../../words.js"

export default {
  title: "Account",
  policyName: "its policy",
  facts: (/** @type {number} */ files, /** @type {string} */ bytes, /** @type {number} */ points) =>
    `${plural(files, { one: "1 file", other: `${count(files)} files` })} · ${size(bytes)} · ${plural(points, { one: "1 point", other: `${count(points)} points` })}`,
  verified: (/** @type {Node} */ age) => say`verified ${age} ago`,
  notVerified: "never verified in full",
  newest: (/** @type {Node} */ age) => say`newest point ${age} ago`,
  timeline: "Timeline of restore points",
  browse: (/** @type {string} */ time) => `Browse ${moment(time)}`,
  rollBack: "Roll back to it…",
  compareWith: "Compare with…",
  compareNow: "the present state",
  compareClean: "the last clean moment",
  compareB: (/** @type {string} */ time) => moment(time),
  compareHint: "Shift-click in the timeline, or Shift-Enter, chooses the second moment.",
  backUpNow: "Back up now",
  backUpStarted: "A backup is due now; its point appears here when it is taken.",
  noPoint: "No point yet.",
  firstDue: (/** @type {string} */ time) => `No point yet. The first is due at ${moment(time)}.`,
  notProtected: "This account is in no policy, so it has no points.",
  protect: "Protect it",
  errorNext: (/** @type {string} */ action) => `Next: ${action}`,
  incident: "It is part of an incident.",
  seeIncident: "See incident",
  damaged: (/** @type {number} */ n) => plural(n, { one: "1 point is damaged and is drawn as ✕.", other: `${count(n)} points are damaged and are drawn as ✕.` }),
  tabs: { files: "Files at the moment", changes: "Notable changes", points: "All points", activity: "Restores and activity" },
  tabList: "Parts of the account",
  openBrowse: "Browse, preview and bring back files of this moment",
  noFiles: "There were no files at this moment.",
  fileColumns: { name: "Name", size: "Size", modified: "Changed" },
  items: (/** @type {number} */ n) => plural(n, { one: "1 item", other: `${count(n)} items` }),
  pointColumns: { moment: "Point", kept: "Kept until", look: "Look" },
  pointList: "All points",
  noPoints: "No point fits.",
  rollBackTo: "Roll back to it",
  activityNone: "Nobody restored anything of this account.",
  activityColumns: { when: "When", what: "What", state: "State" },
}
