// The overview, shared by the frame and the page: asked for once, then kept fresh by events.

import { get, hf } from "./api.js"
import { follow } from "./events.js"

/** @type {Promise<Api.Overview> | null} */
let latest = null
let asked = 0

/** The newest overview; asked for again when the last answer is older than 5 s and no event renewed it. */
export function overview() {
  if (!latest || Date.now() - asked > 5000) {
    asked = Date.now()
    latest = get(hf`overview`)
    latest.catch(() => (latest = null))
  }
  return latest
}

/** @param {(overview: Api.Overview) => void} tell */
export function followOverview(tell) {
  return follow(["overview"], (change) => {
    if (change?.body) {
      asked = Date.now()
      latest = Promise.resolve(change.body)
    } else latest = null
    overview().then(tell, () => {})
  })
}
