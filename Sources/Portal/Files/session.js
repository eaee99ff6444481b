// Who is signed in, and how a session is proved, prolonged and ended.

import { ApiError, get, hf, hooks, proveAgain, signOut as endSession } from "./api.js"
import { el } from "./dom.js"
import { ask } from "./parts/dialog.js"
import { words } from "./words.js"

// The name of the server's own issuer begins so; it names the tenant, and no machine.
const ownIssuer = "https://holdfast.invalid/"
const warningMilliseconds = 120_000
/** @type {Api.Me | null} */
let person = null

/** To the sign-in, and back to this address after it. */
export function signIn() {
  location.assign(`/portal/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)
}

/** @returns {Promise<Api.Me | null>}  null where the server does not say. */
export async function loadMe() {
  hooks.signIn = signIn
  hooks.stepUp = stepUp
  try {
    return (person = await get(hf`me`))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // The page is being left for the sign-in.
    if (error.status === 401) await new Promise(() => {})
    return null
  }
}

// Whether somebody holds a permission: `Restore.ReadWrite` is held by `BackupRestore-Restore.ReadWrite.All`; writing implies reading.
/** @param {Api.Me | null} me @param {string} permission */
export function holds(me, permission) {
  if (!me) return true
  const short = (/** @type {string} */ scope) => scope.replace(/^(BackupRestore|Holdfast)-/, "").replace(/\.All$/, "")
  const [plain, wanted] = [me.scopes.map(short), short(permission)]
  return plain.includes(wanted) || (wanted.endsWith(".Read") && plain.includes(wanted.replace(/\.Read$/, ".ReadWrite")))
}

/** @param {Api.Me | null} me */
export const issuerElsewhere = (me) => (me?.issuer && !me.issuer.startsWith(ownIssuer) ? me.issuer : null)

// Asks for the password once more, and sends to an issuer elsewhere, which alone knows it there. True when it was right.
/** @returns {Promise<boolean>} */
async function stepUp() {
  const issuer = issuerElsewhere(person)
  if (issuer) {
    await ask({ title: words.stepUp.title, body: words.stepUp.elsewhere(issuer), action: words.stepUp.again,
      act: async () => location.assign(`/portal/sign-in?fresh=1&to=${encodeURIComponent(location.pathname + location.search)}`) })
    return false
  }
  const answer = await ask({
    title: words.stepUp.title,
    body: [
      el("p", null, words.stepUp.why),
      el("label", null, words.stepUp.password,
        el("input", { type: "password", name: "password", autocomplete: "current-password", required: true, autofocus: true })),
      el("label", null, words.stepUp.code,
        el("input", { name: "code", autocomplete: "one-time-code" })),
    ],
    action: words.stepUp.confirm,
    act: async (form) => {
      const code = String(form.get("code") ?? "").trim()
      await proveAgain({ password: String(form.get("password")), ...(code ? { code } : {}) })
    },
  })
  return answer === true
}

let lastCall = Date.now()
/** Every call keeps the session alive. */
export const noteCall = () => { lastCall = Date.now() }

// Calls `warn` two minutes before a session ends that nothing keeps alive, and again once it was prolonged.
// "whole" is the end that nothing puts off.
/** @param {Api.Me | null} me @param {(ends: "idle" | "whole" | null) => void} warn */
export function watchSession(me, warn) {
  if (!me?.sessionEndsDateTime) return
  const length = new Date(me.sessionEndsDateTime).getTime() - Date.now()
  const last = new Date(me.sessionLastsUntilDateTime ?? 8.64e15).getTime()
  let before = /** @type {"idle" | "whole" | null} */ (null)
  setInterval(() => {
    const now = Date.now() > last - warningMilliseconds ? "whole" : Date.now() - lastCall > length - warningMilliseconds ? "idle" : null
    if (now !== before) warn((before = now))
  }, 10_000)
}

export async function signOut() {
  await endSession().catch(() => {})
  location.assign("/portal/sign-in")
}
