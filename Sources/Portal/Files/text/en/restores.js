// Words of the list of restores and of one restore.

import { count, duration, form, listed, many, moment, size } from "../../format.js"
import { around } from "../../words.js"

const accounts = many({ one: "1 account", other: "# accounts" })
const files = many({ one: "1 file or folder", other: "# files or folders" })

export default {
  title: "Restores",
  one: "Restore",
  sentence: (/** @type {number} */ running, /** @type {number} */ ended) =>
    many({ none: ended === 0 ? "Nothing was restored yet." : "No restore is running.", one: "1 restore is running.", other: "# restores are running." })(running),
  none: "Nothing was restored yet. A restore begins at an account, at an incident, or here.",
  begin: "Roll back accounts…",
  running: "Running",
  drafts: "Planned, not started",
  ended: "Ended",
  older: "Show older",
  columns: { what: "What", who: "By", when: "When", state: "State", actions: "What you can do" },
  label: "Restores that have ended",
  statuses: /** @type {Record<string, string>} */ ({
    planning: "being planned", ready: "ready to start", expired: "plan too old", started: "running", cancelling: "being cancelled", cancelled: "cancelled",
    completed: "done", completedWithError: "done, with failures", failed: "failed", draft: "draft", activating: "starting", active: "running", unknown: "unknown",
  }),
  job: { incident: form`${accounts} to their last clean moments`, at: form`${accounts} to ${moment}`,
    points: form`${accounts} to chosen points`, undo: form`Undo for ${accounts}`,
    granular: files, session: accounts },
  by: (/** @type {string} */ who, /** @type {string | null} */ program) => (program && program !== who ? `${who} with ${program}` : who),
  nobody: "unknown",
  started: around`Started ${"at"} by ${"who"}.`,
  planned: around`Planned ${"at"} by ${"who"}.`,
  mayClose: "You may close this page; the work goes on at the server.",
  ends: around`Ended ${"at"}.`,
  result: (/** @type {{ total: number, done: number, failed: number, cancelled: number }} */ units, /** @type {boolean} */ ofFiles) =>
    units.failed + units.cancelled === 0
      ? many(ofFiles ? { one: "1 file or folder was brought back.", other: "All # files and folders were brought back." }
        : { one: "1 account was restored.", other: "All # accounts were restored." })(units.total)
      : listed([`${ofFiles ? files(units.done) : accounts(units.done)} restored`, ...(units.failed > 0 ? [`${count(units.failed)} failed`] : []), ...(units.cancelled > 0 ? [`${count(units.cancelled)} not touched`] : [])]) + ".",
  bar: "Progress",
  units: (/** @type {{ done: number, waiting: number, running: number, failed: number }} */ units) =>
    listed([`${count(units.done)} done`, `${count(units.waiting + units.running)} to go`, ...(units.failed > 0 ? [`${count(units.failed)} failed`] : [])]),
  bytes: (/** @type {string} */ done, /** @type {string} */ total, /** @type {string} */ speed) =>
    Number(speed) > 0 ? `${size(done)} of ${size(total)} · ${size(speed)}/s` : `${size(done)} of ${size(total)}`,
  left: form`about ${duration} left`,
  phases: { undoPoint: "taking the point to go back to", planning: "comparing", writing: "writing", finishing: "finishing", done: "done" },
  spoken: form`${"share"} restored: ${"units"}`,
  still: (/** @type {number} */ seconds, /** @type {string | null} */ why) => (why ? `No progress for ${duration(seconds)}: ${why}` : `No progress for ${duration(seconds)}. The server gives no reason; look at the health page.`),
  waits: form`Waits: ${"why"}`,
  filters: { all: "all", failed: "failed", running: "running", waiting: "waiting", done: "done" },
  filterLabel: "Show accounts that are",
  filterCount: form`${"name"} ${count}`,
  accounts: "Accounts",
  unitLabel: "Accounts of the restore",
  itemHead: "File or folder",
  unitHeads: { name: "Account", state: "State", items: "Items", bytes: "Size", problem: "Where it is", actions: "What you can do" },
  itemsOf: (/** @type {number} */ done, /** @type {number} */ all) => (done === all ? count(all) : `${count(done)} of ${count(all)}`),
  errors: many({ one: "1 item failed", other: "# items failed" }),
  errorsOf: form`Items of ${"name"} that failed`,
  errorHeads: { path: "Path", code: "Code", message: "Why", again: "Can be retried" },
  yes: "yes",
  no: "no",
  noUnits: "No account is in this state.",
  cancel: "Cancel…",
  cancelOf: form`Cancel: ${"what"}`,
  cancelTitle: "Cancel this restore?",
  cancelBody: (/** @type {number} */ done, /** @type {number} */ running, /** @type {number} */ waiting) =>
    [done > 0 ? `${accounts(done)} that are done stay restored.` : "", running > 0 ? `${accounts(running)} at work stop after the file at hand.` : "", `${accounts(waiting)} that wait are not touched.`].filter(Boolean),
  cancelUndo: "What was restored can be undone afterwards.",
  cancelDo: "Cancel the restore",
  goOn: "Let it go on",
  retry: form`Retry ${count} failed`,
  retryAll: "Retry what failed",
  undo: "Undo…",
  undoOf: form`Undo: ${"what"}`,
  undoUntil: around`It can be undone until ${"at"}.`,
  noUndo: "It cannot be undone any more.",
  undoUnit: "Undo this one…",
  undoUnitOf: form`Undo ${"name"} only`,
  planUnit: "Plan again…",
  planUnitOf: form`Plan ${"name"} again`,
  undoThis: "This is the undo of another restore.",
  seeUndone: "See that restore",
  see: "Open",
  continue: "Go on with it",
  continueOf: form`Go on with it: ${"restore"}`,
  report: "Report",
  csvHeads: ["account", "state", "items done", "items", "bytes done", "bytes", "items failed", "error"],
  planFacts: "What was planned",
  facts: { id: "Restore", moment: "Moment", where: "Where", lastClean: "each to its own last clean moment", points: "chosen points", inPlace: "in place", keep: "in place, newer files kept", new: "a new place" },
  covers: "This report covers what the server did. It does not say whether people used what came back, and it is not signed.",
  partialNote: form`${"what"} could not be read; the rest is complete.`,
  sessionsPart: "Restores of other programs",
}
