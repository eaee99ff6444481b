// Words of the health page.

import { count, form, many, plural } from "../../format.js"
import { around } from "../../words.js"

export default {
  title: "Health",
  all: many({ one: "The one check is well.", other: "All # checks are well." }),
  fail: (/** @type {number} */ bad, /** @type {number} */ all) => plural(bad, { one: `1 of ${count(all)} checks fails.`, other: `${count(bad)} of ${count(all)} checks fail.` }),
  warn: (/** @type {number} */ bad, /** @type {number} */ all) => plural(bad, { one: `No check fails; 1 of ${count(all)} needs a look.`, other: `No check fails; ${count(bad)} of ${count(all)} need a look.` }),
  notAnswered: "This server does not answer its checks to the portal yet. On the server, the command below tells them; programs read them at /healthz/checks.",
  command: "holdfast doctor",
  copy: "Copy for support",
  since: around`since ${"at"}`,
  next: form`Next: ${"what"}`,
  well: "Well",
  needs: "Needs somebody",
  names: /** @type {Record<string, string>} */ ({
    clock: "Clock", configuration: "Configuration", damage: "Damage", protection: "Protection", tenant: "Accounts' folder", verification: "Verification", storage: "Space", catalog: "Catalogue", scheduler: "Scheduler", worker: "Worker", losses: "Losses", incidents: "Incidents", points: "Points on time", queue: "Queue", certificate: "Certificate",
  }),
  statuses: { ok: "well", warning: "needs a look", failing: "fails", unknown: "not known" },
  configuration: "Configuration in force",
  noConfiguration: "This server does not answer its configuration yet. On the server: holdfast config show.",
  heads: { key: "Setting", value: "Value", source: "Where it comes from" },
  sources: /** @type {Record<string, string>} */ ({ default: "default", file: "file", environment: "environment", flag: "command line" }),
  at: (/** @type {string} */ source, /** @type {string} */ file, /** @type {number | null} */ line) => (line ? `${source} ${file}, line ${line}` : `${source} ${file}`),
  secret: "set, not shown",
  unset: "not set",
  restart: "counts after a restart",
  version: form`Version ${"version"}`,
  find: "Find a setting",
}
