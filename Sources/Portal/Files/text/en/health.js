// Words of the health page.

import { count, form, many, moment, size } from "../../format.js"
import { around } from "../../words.js"

const damaged = many({ one: "1 point is damaged", other: "# points are damaged" })
const open = many({ one: "1 account or site is in no policy", other: "# accounts and sites are in no policy" })
const waiting = many({ one: "1 job waits", other: "# jobs wait" })
const atWork = (/** @type {Api.Figures} */ { dateTime }) => (dateTime ? `last at work ${moment(dateTime)}` : null)

export default {
  title: "Health",
  all: many({ one: "The one check is well.", other: "All # checks are well." }),
  fail: many({ one: "1 of % checks fails.", other: "# of % checks fail." }, count),
  warn: many({ one: "No check fails; 1 of % needs a look.", other: "No check fails; # of % need a look." }, count),
  command: "holdfast doctor",
  copy: "Copy for support",
  since: around`since ${"at"}`,
  next: form`Next: ${"what"}`,
  well: "Well",
  needs: "Needs somebody",
  names: /** @type {Record<string, string>} */ ({
    clock: "Clock", configuration: "Configuration", damage: "Damage", protection: "Protection", tenant: "Accounts' folder", verification: "Verification", storage: "Space", catalog: "Catalogue", scheduler: "Scheduler", worker: "Worker", losses: "Losses", incidents: "Incidents", points: "Points on time", queue: "Queue", certificate: "Certificate",
  }),
  /** What a check that is well is about. */
  figures: /** @type {Record<string, (figures: Api.Figures) => string | null>} */ ({
    storage: ({ freeBytes, capacityBytes }) => (freeBytes && capacityBytes ? `${size(freeBytes)} of ${size(capacityBytes)} free` : null),
    certificate: ({ dateTime }) => (dateTime ? `good until ${moment(dateTime)}` : null),
    points: ({ dateTime }) => (dateTime ? `no newest one is older than ${moment(dateTime)}` : null),
    damage: ({ points }) => damaged(points ?? 0),
    protection: ({ units }) => open(units ?? 0),
    queue: ({ jobs }) => waiting(jobs ?? 0),
    scheduler: atWork,
    worker: atWork,
  }),
  statuses: { ok: "well", warning: "needs a look", failing: "fails", unknown: "not known" },
  configuration: "Configuration in force",
  heads: { key: "Setting", value: "Value", source: "Where it comes from" },
  sources: /** @type {Record<string, string>} */ ({ default: "default", file: "file", environment: "environment", flag: "command line" }),
  at: (/** @type {string} */ source, /** @type {string} */ file, /** @type {number | null} */ line) => (line ? `${source} ${file}, line ${line}` : `${source} ${file}`),
  secret: "set, not shown",
  unset: "not set",
  restart: "counts after a restart",
  version: form`Version ${"version"}`,
  find: "Find a setting",
}
