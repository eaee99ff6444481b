// Numbers, sizes, moments and names as people read them; pure functions over Intl.

/** @typedef {string | number | Date} Time */

let locale = "en-GB"
/** @type {string | undefined} */
let zone
/** @type {Map<string, any>} */
let formats = new Map()

/** @param {string} newLocale @param {string} [newZone]  The browser's own zone without one. */
export function setLocale(newLocale, newZone) {
  locale = newLocale
  zone = newZone
  formats = new Map()
}

/** @template T @param {string} name @param {() => T} make @returns {T} */
function kept(name, make) {
  if (!formats.has(name)) formats.set(name, make())
  return formats.get(name)
}

/** @param {Intl.NumberFormatOptions} options @param {number} value */
const number = (options, value) =>
  kept(`n${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options)).format(value)

/** @param {Intl.DateTimeFormatOptions} options @param {Time} time */
const dated = (options, time) =>
  kept(`d${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }))
    .format(new Date(time))

/** @param {number} value */
export const count = (value) => number({ maximumFractionDigits: 0 }, value)

// `12 %`, and one decimal below ten: `0.4 %`.
/** @param {number} value  0…1 */
export function share(value) {
  const decimals = value > 0 && value < 0.1 ? 1 : 0
  const shown = value > 0 && value < 0.001 ? 0.001 : value
  return number({ style: "percent", maximumFractionDigits: decimals }, shown).replace(/(\d)%/, "$1 %")
}

// `1.8`, for ratios.
/** @param {number} value @param {number} [digits] */
export const decimal = (value, digits = 1) =>
  number({ minimumFractionDigits: digits, maximumFractionDigits: digits }, value)

const sizes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

// `12.4 GiB`; bytes without a fraction.
/** @param {string | number} bytes  Sums come as decimal text. */
export function size(bytes) {
  let value = Number(bytes)
  let step = 0
  while (value >= 1023.95 && step < sizes.length - 1) [value, step] = [value / 1024, step + 1]
  return `${step === 0 ? count(value) : decimal(value)} ${sizes[step]}`
}

// `Sat 21 Nov, 09:40`; with the year where it is not the present one.
/** @param {Time} time @param {Time} [now] */
export function moment(time, now = Date.now()) {
  return `${day(time, now)}, ${clock(time)}`
}

/** @param {Time} time @param {Time} [now] */
export function day(time, now = Date.now()) {
  const isThisYear = dated({ year: "numeric" }, time) === dated({ year: "numeric" }, now)
  return dated({ weekday: "short", day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) }, time)
    .replace(/^(\p{L}+),/u, "$1")
}

// `Saturday 21 November, 09:40`, to be spoken.
/** @param {Time} time */
export const spoken = (time) =>
  `${dated({ weekday: "long", day: "numeric", month: "long" }, time).replace(",", "")}, ${clock(time)}`

/** @param {Time} time */
export const clock = (time) => dated({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, time)

/** @param {Time} time */
export const seconds = (time) =>
  dated({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }, time)

// `2026-11-21 08:40:00 UTC`
/** @param {Time} time */
export const utc = (time) => new Date(time).toISOString().replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")

/** The zone's name, such as `Europe/Berlin`. */
export const zoneName = () => zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone

const symbols = { second: "s", minute: "min", hour: "h", day: "d" }
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const steps = [["year", 31556952], ["month", 2629746], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]]

// `8 days ago`, `in 3 minutes`.
/** @param {Time} time @param {Time} [now] */
export function ago(time, now = Date.now()) {
  const difference = (new Date(time).getTime() - new Date(now).getTime()) / 1000
  const [unit, length] = steps.find(([, length]) => Math.abs(difference) >= length) ?? steps[5]
  const format = kept("ago", () => new Intl.RelativeTimeFormat(locale, { numeric: "always" }))
  return format.format(Math.trunc(difference / length), unit)
}

// The greatest unit up to days that a length has.
/** @param {number} length  Seconds. */
const stepOf = (length) => steps.slice(2).find(([, step]) => Math.abs(length) >= step) ?? steps[5]

// `3 min`, `2 h`, `41 d`: for narrow columns.
/** @param {number} length  Seconds. */
export function span(length) {
  const [unit, step] = stepOf(length)
  return `${count(Math.trunc(length / step))}\u202f${/** @type {Record<string, string>} */ (symbols)[unit]}`
}

// `3 minutes`: for sentences.
/** @param {number} length  Seconds. */
export function duration(length) {
  const [unit, step] = stepOf(length)
  return number({ style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }, Math.round(length / step))
}

// Seconds of an ISO 8601 duration of days, hours, minutes and seconds.
/** @param {string} text */
export function isoSeconds(text) {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text)
  if (!found) return NaN
  const [, days = 0, hours = 0, minutes = 0, rest = 0] = found
  return Number(days) * 86400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(rest)
}

/** @param {string[]} texts */
export const listed = (texts) => kept("list", () => new Intl.ListFormat(locale, { type: "conjunction" })).format(texts)

// The text for a number: `plural(n, { one: "one account", other: `${count(n)} accounts` })`.
/** @param {number} value @param {{ zero?: string, one?: string, two?: string, few?: string, many?: string, other: string }} texts */
export function plural(value, texts) {
  return texts[kept("plural", () => new Intl.PluralRules(locale)).select(value)] ?? texts.other
}

// The same as a word of text/, with `#` for the number, `none` for zero, and `%` for each further value, which is said
// as in `form`: `many({ one: "1 row", other: "# rows" })`, `many({ one: "1 of % checks fails", … }, count)`.
/** @template {Portal.Formats} F @param {Parameters<typeof plural>[1] & { none?: string }} texts @param {F} formats @returns {(value: number, ...values: Portal.Values<F>) => string} */
export const many = (texts, ...formats) => (value, ...values) => {
  const parts = (value === 0 && texts.none ? texts.none : plural(value, texts)).replace("#", count(value)).split("%")
  return parts.reduce((text, part, index) => text + said(formats[index - 1], values[index - 1]) + part)
}

/** @param {Portal.Formats[number]} format @param {any} value */
const said = (format, value) => (typeof format === "function" ? format(value) : value)

// A word of text/ with values in it: a text, named for those who translate, or what a function makes of a value:
// ``form`Remove ${"name"}?` ``, ``form`${count} of ${size}` ``.
/** @template {Portal.Formats} F @param {TemplateStringsArray} parts @param {F} formats @returns {(...values: Portal.Values<F>) => string} */
export const form = (parts, ...formats) => (...values) =>
  parts.reduce((text, part, index) => text + said(formats[index - 1], values[index - 1]) + part)

// As one word of a command.
/** @param {string} text */
export const shell = (text) => (/^[\w.@:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

// A name out of a backup with control and direction marks made visible, as `␊` or `⟨202E⟩`.
// Show it in `<bdi>` (parts/small.js, `name`).
/** @param {string} text */
export function printable(text) {
  return text
    .replace(/[\u0000-\u001f]/g, (mark) => String.fromCharCode(0x2400 + mark.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      (mark) => `⟨${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`)
}
