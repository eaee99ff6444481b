// Which page an address shows. A page is a line here, a file in views/, and a file in text/en/.

/** @typedef {{ pattern: string, page: string, words: keyof Portal.PageWords,
 *   menu: string | null, view: () => Promise<any> }} Route */

// Below `/portal/`. `:name` is one part, `*name` the rest. The first that fits counts.
/** @type {Route[]} */
export const routes = [
  { pattern: "", page: "overview", words: "overview", menu: "overview", view: () => import("./views/overview.js") },
  { pattern: "accounts", page: "accounts", words: "accounts", menu: "accounts", view: () => import("./views/accounts.js") },
  { pattern: "accounts/:id", page: "account", words: "account", menu: "accounts", view: () => import("./views/account.js") },
  { pattern: "accounts/:id/at/:moment/*path", page: "browse", words: "browse", menu: "accounts", view: () => import("./views/browse.js") },
  { pattern: "accounts/:id/compare/:a/:b", page: "compare", words: "browse", menu: "accounts", view: () => import("./views/compare.js") },
  { pattern: "search", page: "search", words: "search", menu: null, view: () => import("./views/search.js") },
  { pattern: "restores", page: "restores", words: "restores", menu: "restores", view: () => import("./views/restores.js") },
  { pattern: "restores/new", page: "rollback", words: "rollback", menu: "restores", view: () => import("./views/rollback.js") },
  { pattern: "restores/:id", page: "restore", words: "restores", menu: "restores", view: () => import("./views/restore.js") },
  { pattern: "policies", page: "policies", words: "policies", menu: "policies", view: () => import("./views/policies.js") },
  { pattern: "policies/:id", page: "policy", words: "policies", menu: "policies", view: () => import("./views/policy.js") },
  { pattern: "activity", page: "activity", words: "activity", menu: "activity", view: () => import("./views/activity.js") },
  { pattern: "activity/:report", page: "report", words: "activity", menu: "activity", view: () => import("./views/report.js") },
  { pattern: "health", page: "health", words: "health", menu: "health", view: () => import("./views/health.js") },
  { pattern: "settings", page: "settings", words: "settings", menu: "settings", view: () => import("./views/settings.js") },
  { pattern: "welcome", page: "welcome", words: "policies", menu: null, view: () => import("./views/welcome.js") },
  { pattern: "incidents/:id", page: "incident", words: "incident", menu: "overview", view: () => import("./views/incident.js") },
]

/** @typedef {{ path: string, params: Record<string, string>, query: URLSearchParams }} Place */

/**
 * @param {{ pathname: string, search: string }} url
 * @param {readonly Route[]} [among]
 * @returns {{ route: Route, place: Place } | null}
 */
export function match(url, among = routes) {
  const path = url.pathname.replace(/^\/portal\/?/, "").replace(/\/$/, "")
  for (const route of among) {
    const params = fit(route.pattern.split("/"), path.split("/"))
    if (params) return { route, place: { path: url.pathname, params, query: new URLSearchParams(url.search) } }
  }
  return null
}

/** @param {string[]} pattern @param {string[]} parts @returns {Record<string, string> | null} */
function fit(pattern, parts) {
  /** @type {Record<string, string>} */
  const params = {}
  for (const [index, wanted] of pattern.entries()) {
    if (wanted.startsWith("*")) {
      params[wanted.slice(1)] = parts.slice(index).map(decoded).join("/")
      return params
    }
    if (index >= parts.length) return null
    if (wanted.startsWith(":")) {
      if (parts[index] === "") return null
      params[wanted.slice(1)] = decoded(parts[index])
    } else if (wanted !== parts[index]) return null
  }
  return pattern.length === parts.length ? params : null
}

/** @param {string} part */
export function decoded(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

// The address of a page: ``to`accounts/${id}` ``.
/** @param {TemplateStringsArray} parts @param {...(string | number)} values */
export const to = (parts, ...values) =>
  "/portal/" + parts.reduce((path, part, index) => path + encodeURIComponent(values[index - 1]) + part)

/** @param {string} id @param {string | number | Date} moment @param {string} [path] */
export const atAddress = (id, moment, path = "") =>
  to`accounts/${id}/at/${iso(moment)}` + path.split("/").filter(Boolean).map((part) => `/${encodeURIComponent(part)}`).join("")

/** @param {string} id @param {string | number | Date} a @param {string | number | Date | "now"} b */
export const compareAddress = (id, a, b) => to`accounts/${id}/compare/${iso(a)}/${b === "now" ? b : iso(b)}`

// An address with a query; what is undefined is left out.
/** @param {string} address @param {Record<string, string | undefined>} query */
export const asking = (address, query) =>
  `${address}?${new URLSearchParams(/** @type {[string, string][]} */ (Object.entries(query).filter(([, value]) => value !== undefined)))}`

// The page that plans a roll back, with its first step filled in, or with a plan that is there.
/** @param {{ incident?: string, units?: readonly string[], filter?: string, at?: string | number | Date, plan?: string }} scope */
export const rollBackAddress = ({ units, at, ...rest }) =>
  asking(to`restores/new`, { ...rest, units: units?.join(","), at: at === undefined || at === "" ? undefined : iso(at) })

/** @param {string | number | Date} moment */
const iso = (moment) => new Date(moment).toISOString().replace(".000Z", "Z")
