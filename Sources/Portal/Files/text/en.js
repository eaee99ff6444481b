// The words that every page needs, in English. A page's own words stand in text/en/<page>.js.
//
// A key has a text, or a function of values that gives one. Numbers that count something come through
// `plural`; sentences with links come through `say` (words.js). Nothing is glued from pieces elsewhere.

import { clock, day, duration, form, listed, many, moment } from "../format.js"
import timeline from "./en/timeline.js"

/** @type {Record<string, string>} */
const roles = { administrator: "Administrator", helpDesk: "Help desk", auditor: "Auditor" }

export default {
  product: "Holdfast",
  roles,
  skip: "Skip to the content",
  title: form`${"page"} · Holdfast`,
  menu: {
    label: "Pages",
    overview: "Overview",
    accounts: "Accounts",
    restores: "Restores",
    policies: "Policies",
    activity: "Activity",
    health: "Health",
    settings: "Settings",
    more: "More",
  },
  frame: {
    search: "Search files and accounts",
    account: "Your account",
    signOut: "Sign out",
    look: "Look",
    looks: { auto: "As the system", light: "Light", dark: "Dark" },
    shortcuts: "Keyboard shortcuts",
    running: many({ one: "1 restore", other: "# restores" }),
    runningLabel: many({ one: "1 restore is running, %", other: "# restores are running, %" }, "share"),
    seeIncident: "See incident",
    incidentFallback: many({ one: "One incident is open.", other: "# incidents are open." }),
    live: "live",
    polling: "asks every 5 seconds",
    connecting: "connecting",
    lastNews: form`last news ${duration} ago`,
    asOf: form`as of ${"clock"}`,
    zone: form`Times are those of ${"zone"}.`,
    sessionEnds: { idle: "Your session ends in two minutes.", whole: "Your session ends in two minutes, because it has lasted long enough. What you have planned stays." },
    stay: "Stay signed in",
  },
  states: {
    loading: "Loading",
    stillAsking: "Still asking the server.",
    cancel: "Cancel",
    again: "Try again",
    copyForSupport: "Copy for support",
    brokenPage: "This part of the page could not be shown.",
    notFound: "There is no such page.",
    toOverview: "To the overview",
    /** @param {string} permission @param {string[]} own */
    noRight: (permission, own) => {
      const needed = /Operators|Configuration\.ReadWrite|Control\.ReadWrite/.test(permission) ? "Administrator"
        : /ReadWrite|Search/.test(permission) ? "Help desk or Administrator" : "Auditor"
      return own.length > 0 ? `This page needs the role ${needed}. You have ${listed(own.map((role) => roles[role] ?? role))}.` : `This page needs the role ${needed}.`
    },
    askAdministrator: "An administrator can give you the role under Settings, People who sign in.",
    names: /** @type {Record<string, string>} */ ({
      protected: "protected", late: "late", failing: "failing", paused: "paused", requested: "requested",
      notProtected: "not protected", excluded: "excluded", leaving: "leaving", deleted: "deleted", damaged: "damaged",
      ok: "ok", warning: "warning", unknown: "unknown", running: "running", waiting: "waiting", done: "done",
      failed: "failed", cancelled: "cancelled", partial: "incomplete",
    }),
  },
  errors: {
    /** @param {{ status: number, code: string }} error */
    what: (error) => {
      if (error.code === "StepUpRequired") return "It was not confirmed that it is you."
      switch (error.status) {
        case 0: return "The server cannot be reached."
        case 401: return "You are not signed in any more."
        case 403: return "You may not do this."
        case 404: return "This does not exist, or not any more."
        case 409: return "This is not possible in the present state."
        case 429: return "The server asks to wait."
        case 503: return "The server is busy or is starting."
        case 507: return "There is not enough room."
        default: return error.status >= 500 ? "The server failed." : "The server refused the request."
      }
    },
    /** @param {{ status: number, code: string, retryAfterSeconds: number | null }} error */
    next: (error) => {
      if (error.code === "StepUpRequired") return "Do it once more and give your password."
      switch (error.status) {
        case 0: return "Check the network, then try again. Work on the server goes on meanwhile."
        case 401: return "Sign in again; nothing is lost."
        case 403: return "Ask an administrator for the role that this needs."
        case 404: return "Go back to the list and look for it there."
        case 409: return "Load the page again to see the present state."
        case 429:
        case 503: return error.retryAfterSeconds ? `Try again in ${duration(error.retryAfterSeconds)}.` : "Try again in a moment."
        case 507: return "Free space, then try again."
        default: return error.status >= 500
          ? "Try again. If it fails again, look at the health page and give the request id to support."
          : "Change what you asked for and try again."
      }
    },
  },
  incident: {
    /** @param {{ unitCount: number, beganAfter: string | null, beganBefore: string, signals: { kind: string }[] }} incident */
    sentence: ({ unitCount, beganAfter, beganBefore, signals }) => {
      const looks = signals.some(({ kind }) => !["massRemoval", "massRewrite"].includes(kind)) ? "look encrypted" : signals.some(({ kind }) => kind === "massRemoval") ? "disappeared" : "were rewritten"
      const what = many({ one: "Files of one account %.", other: "Files of # accounts %." }, "looks")(unitCount, looks)
      if (beganAfter === null) return `${what} It began before ${moment(beganBefore)}.`
      return clock(beganAfter) === clock(beganBefore) ? `${what} It began on ${day(beganAfter)} at ${clock(beganAfter)}.` : `${what} It began on ${day(beganAfter)} between ${clock(beganAfter)} and ${clock(beganBefore)}.`
    },
  },
  workloads: { exchange: "Mailbox", sharePoint: "Site", oneDriveForBusiness: "OneDrive" },
  copy: {
    asCommand: "as a command",
    asCalls: "as API calls",
    link: "Copy link",
    copy: "Copy",
    copied: "Copied",
  },
  files: { csv: "CSV", json: "JSON", print: "Print or PDF" },
  dialog: { cancel: "Cancel", close: "Close" },
  picker: {
    none: "Nothing found.",
    failed: "The search failed.",
    found: many({ one: "1 result", other: "# results" }),
  },
  list: {
    selectAll: many({ one: "Select the one row", other: "Select all #" }),
    rows: many({ one: "1 row", other: "# rows" }),
    more: "Show more",
    none: "Nothing is here.",
    shownOfMore: many({ one: "1 shown, there are more", other: "# shown, there are more" }),
    sortBy: form`Sort by ${"head"}`,
  },
  timeline,
  stepUp: {
    title: "Confirm that it is you",
    why: "This step needs a sign-in that is not older than ten minutes.",
    password: "Password",
    code: "Code of the second factor, if you have one",
    confirm: "Confirm",
    elsewhere: form`This step needs a sign-in that is not older than ten minutes. Sign in at ${"issuer"} once more; what you have planned stays.`,
    again: "Sign in again",
  },
  keys: {
    title: "Keyboard shortcuts",
    off: "Letters act as shortcuts",
    everywhere: "Everywhere",
    here: "On this page",
    search: "Search",
    go: form`Go to ${"page"}`,
    help: "Show these shortcuts",
    close: "Close and go back",
    next: "Next row",
    previous: "Previous row",
    select: "Select the row",
  },
}
