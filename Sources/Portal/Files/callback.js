// After the sign-in: keeps the page key, which the server says once, and goes on to the address first asked for.

const said = (/** @type {string} */ name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? ""
const [key, to] = [said("holdfast-page-key"), said("holdfast-to")]
localStorage.setItem("holdfast.pageKey", key)
// Only pages of the portal: a key must not be carried into a page that somebody else chose.
location.replace(/^\/portal(\/|\?|$)/.test(to) ? to : "/portal/")
