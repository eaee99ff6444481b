// Words of an incident's page.

import { clock, decimal, form, many, moment } from "../../format.js"
import { around } from "../../words.js"

export default {
  title: "Incident",
  score: (/** @type {number} */ value) => `score ${decimal(value, 2)}`,
  detected: around`Noticed ${"time"}`,
  statuses: { open: "open", contained: "no longer going on", dismissed: "dismissed", restored: "rolled back" },
  closed: around`Dismissed ${"time"}: ${"reason"}`,
  restored: around`All accounts were rolled back, ${"time"}.`,
  why: "Why we think so",
  whyNote: "These are signs, not proof. Look at the samples before you decide.",
  firstHit: "When it struck",
  timeline: "Timeline of the accounts of the incident",
  units: "Accounts hit",
  columns: { name: "Account", began: "Began", clean: "Last clean", replaced: "Replaced", removed: "Removed", added: "New", samples: "Look at samples" },
  noClean: "no clean point",
  now: "now",
  before: form`at ${clock}`,
  goingOn: many({ one: "1 account changed in the last 10 minutes.", other: "# accounts changed in the last 10 minutes." }),
  stillGoing: "Still going on?",
  notGoing: "No account changed in the last 10 minutes.",
  stopFirst: "Stop the cause first. Points from now on are kept, and none will be removed while the incident is open.",
  rollBack: many({ one: "Roll back 1 account to its last clean moment…", other: "Roll back # accounts to their last clean moment…" }),
  dismiss: "Not an attack: dismiss…",
  dismissTitle: "Dismiss the incident?",
  dismissWhy: "Its points are no longer kept longer than usual, and the red line goes. What you write is kept in the audit trail.",
  reason: "Why is it not an attack?",
  dismissDo: "Dismiss",
  none: "No account belongs to it any more.",
  at: form`${moment}`,
}
