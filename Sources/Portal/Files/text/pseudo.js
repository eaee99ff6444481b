// Makes every text 40 % longer and marks its ends, so that a test sees texts that are not translated and
// texts that are cut off.

/** @param {string} text */
function longer(text) {
  const vowels = { a: "á", e: "é", i: "í", o: "ó", u: "ú", A: "Á", E: "É", I: "Í", O: "Ó", U: "Ú" }
  const marked = text.replace(/[aeiouAEIOU]/g, (letter) => vowels[/** @type {keyof vowels} */ (letter)])
  return `⟦${marked}${"~".repeat(Math.ceil(text.length * 0.4))}⟧`
}

// The same tree of texts and functions with other texts.
/** @param {any} texts @returns {any} */
export function pseudo(texts) {
  if (typeof texts === "string") return texts.trim() ? longer(texts) : texts
  if (typeof texts === "function") return (/** @type {any[]} */ ...values) => pseudo(texts(...values))
  if (Array.isArray(texts)) return texts.map((part) => (typeof part === "string" ? pseudo(part) : part))
  if (texts instanceof Node || typeof texts !== "object" || texts === null) return texts
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, pseudo(value)]))
}
