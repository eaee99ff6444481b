// What every page is made of: calls, elements, figures, small parts, states, addresses, words.

export * from "../api.js"
export { el, fill, set } from "../dom.js"
export { clock, count, day, decimal, duration, isoSeconds, share, shell, size, zoneName } from "../format.js"
export * from "../parts/small.js"
export * from "../parts/states.js"
export * from "../routes.js"
export * from "../words.js"
