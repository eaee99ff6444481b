// Which page an address shows. A page is a line here, a file in views/, and a file in text/en/.

/** @typedef {{ pattern: string, page: string, words: keyof import("./words.js").PageWords,
 *   menu: string | null, view: () => Promise<any> }} Route */

/**
 * Below `/portal/`. `:name` is one part, `*name` the rest. The first that fits counts.
 * @type {Route[]}
 */
export const routes = [
  { pattern: "", page: "overview", words: "overview", menu: "overview", view: () => import("./views/overview.js") },
  { pattern: "accounts", page: "accounts", words: "accounts", menu: "accounts", view: () => import("./views/accounts.js") },
  { pattern: "accounts/:id", page: "account", words: "account", menu: "accounts", view: () => import("./views/account.js") },
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
function decoded(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/**
 * The address of a page: ``to`accounts/${id}` ``.
 * @param {TemplateStringsArray} parts @param {...(string | number)} values
 */
export const to = (parts, ...values) =>
  "/portal/" + parts.reduce((path, part, index) => path + encodeURIComponent(values[index - 1]) + part)
