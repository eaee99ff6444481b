// Words, rules of style and exports that nothing uses. What is looked up by a computed name counts as used as a whole.

import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { test } from "node:test"

const root = join(dirname(fileURLToPath(import.meta.url)), "../../Sources/Portal/Files")
globalThis.localStorage = { getItem: () => null }
const under = (ending) => readdirSync(root, { recursive: true }).map(String).filter((name) => name.endsWith(ending)).sort()
const read = (name) => readFileSync(join(root, name), "utf8")
// Without comments, and without what is only passed on: that is no use of it.
const code = (name) => read(name).replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1").replace(/^export \{[^}]*\} from .*$/gm, "")
const scripts = new Map(under(".js").map((name) => [name, code(name)]))
const words = [...scripts.keys()].filter((name) => name.startsWith("text/") && name !== "text/pseudo.js")
const others = (except) => [...scripts].filter(([name]) => !except(name)).map(([, text]) => text).join("\n")

/** Names below a word that no page asks for; `outside` is the code that may ask, `before` what stands before the name there. */
function unasked(texts, outside, before, path = "") {
  return Object.entries(texts).flatMap(([key, value]) => {
    const name = before ? `\\b${before}(\\.|\\?\\.)${key}\\b` : `[.{,]\\s*${key}\\b`
    if (!new RegExp(name).test(outside)) return [path + key]
    // Taken as a whole: by a computed name, as an argument, assigned or taken apart.
    const isWhole = new RegExp(`${name}(\\[|\\)|,|\\s|$)|\\{[^{}]*\\b${key}\\b[^{}]*\\} = (words|text)`, "m").test(outside)
    return value && typeof value === "object" && !isWhole ? unasked(value, outside, key, `${path}${key}.`) : []
  })
}

test("Every word is said somewhere", async () => {
  const unused = []
  for (const name of words) {
    const { default: texts } = await import(join(root, name))
    // Words of a page are said by the files that ask for them; those of the timeline belong to the words of all.
    const page = name.match(/en\/(\w+)\.js/)?.[1]
    const asks = page === "timeline" ? /words\.timeline/ : page ? new RegExp(`wordsOf\\("${page}"\\)`) : /\bwords\b/
    const outside = others((other) => other === name || (page && words.includes(other)) || !asks.test(scripts.get(other)))
    unused.push(...unasked(texts, outside, page ? "" : "words").map((word) => `${name}: ${word}`))
  }
  assert.deepEqual(unused, [])
})

test("Every class of the styles is given to something", () => {
  const pages = others((name) => words.includes(name)).replace(/^import .*$/gm, "").replace(/\bid: "\w+"/g, "")
  const given = [/"[^"\n]*"/g, /`[\w -]+(`|\$\{)/g].flatMap((literal) => pages.match(literal)).join("\n") + under(".html").map(read).join("\n")
  const unused = under(".css").flatMap((name) => {
    const rules = read(name).replace(/\/\*[\s\S]*?\*\//g, "").replace(/url\([^)]*\)/g, "").replace(/\d\.\d/g, "")
    return [...new Set([...rules.matchAll(/\.([a-z][\w-]*)/gi)].map(([, found]) => found))]
      // Computed: `is-${state}`, `c-${column}`.
      .filter((found) => !/^(is|c)-/.test(found) && !new RegExp(`(?<![\\w-])${found}(?![\\w-])`).test(given)).map((found) => `${name}: .${found}`)
  })
  assert.deepEqual(unused, [])
})

test("Every measure and colour is used", () => {
  const styles = under(".css").map(read).join("\n") + [...scripts.values()].join("\n")
  const names = new Set([...read("styles/tokens.css").matchAll(/--([\w-]+):/g)].map(([, name]) => name))
  assert.deepEqual([...names].filter((name) => !styles.includes(`var(--${name})`)), [])
})

test("Every export is imported by a file, or by a test", () => {
  const tests = readdirSync(dirname(fileURLToPath(import.meta.url))).filter((name) => name.endsWith(".mjs") && name !== "unused.test.mjs")
    .map((name) => readFileSync(join(dirname(fileURLToPath(import.meta.url)), name), "utf8")).join("\n")
  const unused = []
  for (const [name, text] of scripts) {
    const outside = others((other) => other === name)
    for (const [, found] of text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)) {
      if (!new RegExp(`\\b${found}\\b`).test(outside) && !new RegExp(`[.{ ]${found}\\b`).test(tests)) unused.push(`${name}: ${found}`)
    }
  }
  assert.deepEqual(unused, [])
})
