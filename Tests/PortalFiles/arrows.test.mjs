// The shape of the portal's files: who may import whom, how large they may be, where words and calls stand.

import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { fileURLToPath } from "node:url"
import { test } from "node:test"
import { gzipSync } from "node:zlib"

const root = join(dirname(fileURLToPath(import.meta.url)), "../../Sources/Portal/Files")
const files = readdirSync(root, { recursive: true }).map((name) => String(name)).filter((name) => name.endsWith(".js")).sort()
const texts = new Map(files.map((name) => [name, readFileSync(join(root, name), "utf8")]))
const code = (text) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1")
const imports = (name) => [...code(texts.get(name)).matchAll(/(?:from\s+|import\(|import\s+)["']([^"'$]+)["']/g)].map(([, path]) => normalize(join(dirname(name), path)))

/** Layers from above to below; a file sees its own layer only where that is said. */
const layers = [
  { has: /^main\.js$/, sees: ["frame.js", "keyboard.js", "session.js", "live.js", "routes.js", "words.js", "events.js", "api.js", "dom.js", "parts/"] },
  { has: /^(frame|keyboard|session)\.js$/, sees: ["session.js", "keyboard.js", "live.js", "look-choice.js", "events.js", "api.js", "dom.js", "format.js", "words.js", "routes.js", "parts/"] },
  { has: /^routes\.js$/, sees: ["views/"] },
  { has: /^views\//, sees: ["views/", "parts/", "session.js", "live.js", "look-choice.js", "api.js", "events.js", "dom.js", "format.js", "words.js", "routes.js"] },
  { has: /^parts\//, sees: ["parts/", "dom.js", "format.js", "words.js", "api.js"] },
  { has: /^live\.js$/, sees: ["api.js", "events.js"] },
  { has: /^events\.js$/, sees: ["api.js", "stream.js"] },
  { has: /^words\.js$/, sees: ["format.js", "text/"] },
  { has: /^text\//, sees: ["text/", "format.js", "words.js"] },
  { has: /^gate\.js$/, sees: ["dom.js"] },
  { has: /^(api|dom|format|stream|look|look-choice|callback)\.js$/, sees: [] },
]

test("Imports go downwards", () => {
  for (const name of files) {
    const layer = layers.find((layer) => layer.has.test(name))
    assert.ok(layer, `${name} belongs to no layer`)
    for (const seen of imports(name)) assert.ok(layer.sees.some((some) => seen === some || (some.endsWith("/") && seen.startsWith(some))), `${name} imports ${seen}`)
  }
})

test("Imported files exist", () => {
  for (const name of files) for (const seen of imports(name)) assert.ok(texts.has(seen), `${name} imports ${seen}, which is not there`)
})

test("Only api.js calls fetch", () => {
  for (const [name, text] of texts) if (name !== "api.js") assert.doesNotMatch(code(text), /\bfetch\(|XMLHttpRequest|EventSource|WebSocket|sendBeacon/, name)
})

test("Of the parts, only states.js knows the errors of api.js", () => {
  for (const name of files.filter((name) => name.startsWith("parts/") && imports(name).includes("api.js"))) {
    const taken = [...code(texts.get(name)).matchAll(/import \{([^}]*)\} from "\.\.\/api\.js"/g)].flatMap(([, names]) => names.split(",").map((one) => one.trim()))
    assert.deepEqual(taken.filter((one) => !["ApiError"].includes(one)), [], name)
  }
})

test("Nothing parses text as HTML or runs it", () => {
  for (const [name, text] of texts) {
    assert.doesNotMatch(code(text), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function|setHTML|\.srcdoc\s*=/, name)
  }
})

test("No file has over 400 lines, dom.js at most 150", () => {
  for (const [name, text] of texts) assert.ok(text.split("\n").length - 1 <= (name === "dom.js" ? 150 : 400), `${name}: ${text.split("\n").length - 1} lines`)
})

/** What stands twice has no name yet. Words and lists of imports do not count. */
test("No run of 36 tokens stands twice", () => {
  const [length, seen, twice] = [36, new Map(), []]
  for (const name of files.filter((name) => !name.startsWith("text/"))) {
    const tokens = code(texts.get(name)).replace(/^(?:import|export) (?:\{[^}]*\}|\*) from .*$/gm, "").match(/"[^"\n]*"|`[^`\n]*`|[\w$]+|=>|\S/g) ?? []
    for (let index = 0; index + length <= tokens.length; index += 1) {
      const run = tokens.slice(index, index + length).join(" ")
      if (!seen.has(run)) seen.set(run, name)
      else if (twice.at(-1)?.at !== index - 1) twice.push({ names: `${seen.get(run)}, ${name}`, run, at: index })
      else twice.at(-1).at = index
    }
  }
  assert.deepEqual(twice.map(({ names, run }) => `${names}: ${run}`), [])
})

/**
 * The specification says 6,000 lines and 220 KB. Some 5,000 of these lines are code and imports, 1,000 words of sixteen
 * pages, 950 types and other comments, the rest is blank; as hardly anything stands twice, only less that it does would
 * bring it there. This keeps it from growing; what a person waits for is below.
 */
test("JavaScript is at most 7,540 lines and 383 KB", () => {
  const all = [...texts.values()]
  const lines = all.reduce((sum, text) => sum + text.split("\n").length - 1, 0)
  const bytes = all.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  console.log(`${lines} lines, ${(bytes / 1024).toFixed(1)} KB`)
  assert.ok(lines <= 7540, `${lines} lines`)
  assert.ok(bytes <= 383 * 1024, `${bytes} bytes`)
})

/** What the first load of the overview takes: the shell and all that main.js and the page import, compressed. */
test("The first load is at most 70 KB compressed", () => {
  const seen = new Set(["look.js"])
  const take = (name) => {
    if (seen.has(name) || !texts.has(name)) return
    seen.add(name)
    for (const other of imports(name).filter((other) => !(name === "routes.js" && other.startsWith("views/")))) take(other)
  }
  for (const name of ["main.js", "views/overview.js", "text/en.js", "text/en/overview.js"]) take(name)
  const styles = readdirSync(join(root, "styles")).filter((name) => name !== "print.css").map((name) => `styles/${name}`)
  const bytes = [...seen, ...styles, "index.html", "icon.svg"].reduce((sum, name) => sum + gzipSync(readFileSync(join(root, name)), { level: 9 }).length, 0)
  console.log(`${(bytes / 1024).toFixed(1)} KB in ${seen.size + styles.length + 2} files`)
  assert.ok(bytes <= 70 * 1024, `${bytes} bytes`)
})

/** Texts with a capital and a blank are sentences; commands are not. */
test("Views and parts have no words of their own", () => {
  for (const [name, text] of texts) {
    if (!/^(views|parts)\/|^(frame|main|session|keyboard)\.js/.test(name)) continue
    for (const [, found] of code(text).matchAll(/"([^"\n]*)"/g)) {
      assert.doesNotMatch(found, /^\p{Lu}\p{Ll}+( [\p{L}\d]+)+[.…?!]?$/u, `${name}: "${found}"`)
    }
  }
})

/** Else the browser finds them one level of imports after the other. */
test("The shell asks at once for all that main.js imports", () => {
  const seen = new Set()
  const take = (name) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const other of imports(name).filter((other) => !(name === "routes.js" && other.startsWith("views/")) && other !== "text/pseudo.js")) take(other)
  }
  for (const name of ["main.js", "text/en.js"]) take(name)
  const asked = [...readFileSync(join(root, "index.html"), "utf8").matchAll(/modulepreload" href="\{\{files\}\}\/([^"]+)"/g)].map(([, name]) => name)
  assert.deepEqual(asked.sort(), [...seen].sort())
})

/** A format made for every number took a third of the time in which a list is sorted. */
test("Only format.js makes formats", () => {
  for (const [name, text] of texts) if (name !== "format.js") assert.doesNotMatch(code(text), /\btoLocale\w*\(|new Intl\./, name)
})
