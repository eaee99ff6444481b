// The only file that calls the server (events.js reads the stream through `open` of this file).
//
// Paths are written with the tags `hf`, `v1` and `beta`, which encode each value that is put in:
//   await get(hf`unitStates/${id}`)
//   await get(v1`restorePoints`, { filter: where`protectionUnit/id eq ${id}`, top: 200, count: true })

const door = "/portal/api/"
const system = new Set(["select", "filter", "orderby", "expand", "search", "top", "skip", "count", "format"])
const keyName = "holdfast.pageKey"
/** How often a read is repeated that the server puts off, and the longest wait between. */
const repetitions = 3
const longestWaitSeconds = 30

/** A refusal of the server, or a call that did not reach it (`status` 0). */
export class ApiError extends Error {
  /** @param {{ status: number, code: string, message: string, call: string, requestId?: string | null, retryAfterSeconds?: number | null }} what */
  constructor({ status, code, message, call, requestId = null, retryAfterSeconds = null }) {
    super(message)
    this.name = "ApiError"
    this.status = status
    this.code = code
    this.requestId = requestId
    this.retryAfterSeconds = retryAfterSeconds
    /** The method and path that were asked, such as `GET /holdfast/v1.0/overview`. */
    this.call = call
  }
}

/** What main.js sets: what to do when nobody is signed in, and how to prove a person again. */
export const hooks = {
  signIn: () => {},
  /** @type {() => Promise<boolean>} */
  stepUp: async () => false,
  // Hears of every call, for "as API calls".
  /** @type {(call: { method: string, path: string, body?: any }) => void} */
  called: () => {},
}

/** @param {string} root @returns {(parts: TemplateStringsArray, ...values: (string | number)[]) => string} */
const below = (root) => (parts, ...values) =>
  root + parts.reduce((path, part, index) => path + encodeURIComponent(values[index - 1]) + part)
export const hf = below("holdfast/v1.0/")
export const v1 = below("v1.0/solutions/backupRestore/")
export const beta = below("beta/solutions/backupRestore/")

// A filter: texts are quoted, moments (Date) and numbers are not.
/** @param {TemplateStringsArray} parts @param {...(string | number | boolean | Date)} values */
export function where(parts, ...values) {
  const texts = values.map((value) => {
    if (value instanceof Date) return value.toISOString()
    return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value)
  })
  return parts.reduce((text, part, index) => text + texts[index - 1] + part)
}

/** @param {string} path @param {Api.Query} [query] */
export function address(path, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "")
  const text = pairs
    .map(([name, value]) => `${system.has(name) ? "$" + name : encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&")
  return text ? `${path}?${text}` : path
}

/** @template [T=any] @param {string} path @param {Api.Query} [query] @param {Api.Options} [options] @returns {Promise<T>} */
export const get = (path, query, options) => call("GET", address(path, query), undefined, options)
/** @template [T=any] @param {string} path @param {any} [body] @param {Api.Options} [options] @returns {Promise<T>} */
export const post = (path, body, options) => call("POST", path, body, options)
/** @template [T=any] @param {string} path @param {any} body @param {Api.Options} [options] @returns {Promise<T>} */
export const patch = (path, body, options) => call("PATCH", path, body, options)
/** @param {string} path @param {Api.Options} [options] @returns {Promise<void>} */
export const remove = (path, options) => call("DELETE", path, undefined, options)

// A window of a list: 200 rows from `skip`, and how many there are.
/** @template [T=any] @param {string} path @param {Api.Query} query @param {Api.Options} [options] @returns {Promise<{ rows: T[], count: number }>} */
export async function rows(path, query, options) {
  /** @type {Api.Page<T>} */
  const page = await get(path, { count: true, ...query }, options)
  return { rows: page.value, count: page["@odata.count"] ?? (query.skip ?? 0) + page.value.length }
}

// All rows of a list, following its links; for lists that are bounded, such as policies.
/** @template [T=any] @param {string} path @param {Api.Query} [query] @param {Api.Options & { atMost?: number }} [options] @returns {Promise<T[]>} */
export async function all(path, query, options = {}) {
  /** @type {T[]} */
  const found = []
  let next = address(path, query)
  while (next && found.length < (options.atMost ?? 5000)) {
    /** @type {Api.Page<T>} */
    const page = await call("GET", next, undefined, options)
    found.push(...page.value)
    next = ownPath(page["@odata.nextLink"])
  }
  return found
}

// The page after one, by its link; for lists that cannot be entered in the middle.
/** @template [T=any] @param {Api.Page<T>} page @param {Api.Options} [options] @returns {Promise<Api.Page<T>>} */
export const next = (page, options) => call("GET", ownPath(page["@odata.nextLink"]), undefined, options)

// How a table that grows asks: for the first page, then by links.
/** @param {string} path @param {Api.Query} query @param {AbortSignal} signal */
export const pages = (path, query, signal) => (/** @type {Api.Page<any> | null} */ last) => (last ? next(last, { signal }) : get(path, query, { signal }))

// null where the server refuses with one of the statuses.
/** @template T @param {Promise<T>} answer @param {...number} statuses @returns {Promise<T | null>} */
export const orNull = (answer, ...statuses) => answer.catch((error) => {
  if (statuses.includes(error.status)) return null
  throw error
})

/** @param {string} id */
export const downloadAddress = (id) => `${door}${hf`downloads/${id}`}`

// The part of a link of an answer that follows the door.
/** @param {string | undefined} link */
function ownPath(link) {
  if (!link) return ""
  const url = new URL(link, location.href)
  return (url.pathname.startsWith(door) ? url.pathname.slice(door.length) : url.pathname.slice(1)) + url.search
}

/** @param {string} method @param {string} path @param {any} body @param {Api.Options} [options] @returns {Promise<any>} */
async function call(method, path, body, options = {}) {
  hooks.called({ method, path, body })
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await open(method, path, body, options)
      if (response.status === 204) return undefined
      const [type, text] = [response.headers.get("Content-Type") ?? "", await response.text()]
      // Some answers of 202 have no body.
      return type.includes("json") ? (text ? JSON.parse(text) : undefined) : text
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 403 && error.code === "StepUpRequired" && attempt === 0 && (await hooks.stepUp())) continue
      const isPutOff = error.status === 429 || error.status === 503
      const wait = error.retryAfterSeconds ?? 2 ** attempt
      if (method !== "GET" || !isPutOff || attempt >= repetitions || wait > longestWaitSeconds) throw error
      await pause(wait * 1000, options.signal)
    }
  }
}

// Sends one request and gives the answer as it comes, for streams and previews.
/** @param {string} method @param {string} path @param {any} [body] @param {Api.Options} [options] @returns {Promise<Response>} */
export async function open(method, path, body, options = {}) {
  const called = `${method} /${path}`
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "X-Holdfast-Portal": pageKey(), ...options.headers }
  if (options.prefer) headers.Prefer = options.prefer
  if (body !== undefined) headers["Content-Type"] = "application/json"
  let response
  try {
    const text = body === undefined ? undefined : JSON.stringify(body)
    response = await fetch(door + path, { method, headers, body: text, signal: options.signal, redirect: "error" })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiError({ status: 0, code: "NotReached", message: "", call: called })
  }
  if (response.ok) return response
  if (response.status === 401) hooks.signIn()
  const answer = await response.json().catch(() => null)
  throw refusal(response.status, answer, response.headers, called)
}

/** @param {number} status @param {any} body @param {Headers} headers @param {string} called */
function refusal(status, body, headers, called) {
  const wait = headers.get("Retry-After")
  const error = body?.error ?? {}
  return new ApiError({
    status, call: called, code: error.code ?? `HTTP ${status}`, message: error.message ?? "",
    requestId: error.innerError?.["request-id"] ?? headers.get("request-id"),
    retryAfterSeconds: wait && /^\d+$/.test(wait) ? Number(wait) : null,
  })
}

/** The second secret of a session, which other services on this host name cannot read. */
export function pageKey() {
  return localStorage.getItem(keyName) ?? ""
}

// Asks for a fresh proof of the person. Not below the API's door, because it is about the session.
/** @param {{ password: string, code?: string }} proof */
export async function proveAgain(proof) {
  const headers = { "Content-Type": "application/json", "X-Holdfast-Portal": pageKey() }
  const response = await fetch("/portal/step-up", { method: "POST", headers, body: JSON.stringify(proof) })
  if (!response.ok) {
    throw refusal(response.status, await response.json().catch(() => null), response.headers, "POST /portal/step-up")
  }
}

export async function signOut() {
  await fetch("/portal/sign-out", { method: "POST", headers: { "X-Holdfast-Portal": pageKey() } })
  localStorage.removeItem(keyName)
}

/** @param {number} milliseconds @param {AbortSignal} [signal] @returns {Promise<void>} */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop)
      resolve()
    }, milliseconds)
    if (signal?.aborted) stop()
    signal?.addEventListener("abort", stop, { once: true })
  })
}
