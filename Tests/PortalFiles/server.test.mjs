// What the files and the server must both know: read from the Swift source, so that neither changes alone.

import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { test } from "node:test"
import en from "../../Sources/Portal/Files/text/en.js"

const root = join(dirname(fileURLToPath(import.meta.url)), "../..")
const read = (path) => readFileSync(join(root, path), "utf8")
const swift = readdirSync(join(root, "Sources/Portal"), { recursive: true }).map(String).filter((name) => name.endsWith(".swift")).map((name) => read(`Sources/Portal/${name}`)).join("\n")
const pages = ["index.html", ...readdirSync(join(root, "Sources/Portal/Files/pages")).map((name) => `pages/${name}`)]
const all = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, found]) => found))

test("Every place in a page is filled by the server", () => {
  const filled = all(swift, /"([A-Za-z]+)":/g)
  // Given by its subscript.
  filled.add("files")
  for (const name of pages) for (const place of all(read(`Sources/Portal/Files/${name}`), /\{\{(\w+)\}\}/g)) assert.ok(filled.has(place), `${name}: {{${place}}}`)
})

test("Forms send what the server reads, and nothing else", () => {
  const asked = all(swift, /form\["(\w+)"\]/g)
  const sent = new Set(pages.flatMap((name) => [...all(read(`Sources/Portal/Files/${name}`), /<(?:input|button)\b[^>]*\bname="(\w+)"/g)]))
  assert.deepEqual([...sent].sort(), [...asked].sort())
})

test("The server's pages are there", () => {
  const wanted = [...swift.matchAll(/case \w+ = "([\w/-]+\.html)"/g)].map(([, path]) => path)
  assert.ok(wanted.length >= 6)
  for (const path of wanted) assert.ok(existsSync(join(root, "Sources/Portal/Files", path)), path)
  assert.deepEqual(pages.filter((page) => !wanted.includes(page)), [])
})

test("Roles have words", () => {
  const cases = [...read("Sources/ProtectionRules/SignIn/OperatorRole.swift").matchAll(/^ {4}case (\w+)$/gm)].map(([, name]) => name)
  assert.deepEqual(Object.keys(en.roles).sort(), cases.sort())
})

test("The page key's field, the own issuer's name and the codes of refusals are the server's", () => {
  const field = swift.match(/keyField = "([\w-]+)"/)?.[1]
  assert.ok(field && read("Sources/Portal/Files/api.js").includes(`"${field}": pageKey()`))
  const own = read("Sources/BackupServer/Tokens/TokenIssuer.swift").match(/nameBegin = "([^"]+)"/)?.[1]
  assert.ok(own && read("Sources/Portal/Files/session.js").includes(`"${own}"`))
  const application = read("Sources/ProtectionRules/Identity/FirstParty.swift").match(/applicationID = "([^"]+)"/)?.[1]
  assert.ok(application && read("Sources/Portal/Files/views/policy-parts.js").includes(`"${application}"`))
  assert.match(read("Sources/ProtectionRules/Errors/SignInErrorCodes.swift"), /"StepUpRequired", \.forbidden/)
})

test("What the types say of answers, the server says", () => {
  const source = readdirSync(join(root, "Sources"), { recursive: true }).map(String).filter((name) => name.endsWith(".swift")).map((name) => read(`Sources/${name}`)).join("\n")
  const known = new Set(source.match(/\w+/g))
  const api = read("Sources/Portal/Types/api.d.ts").replace(/\/\*\*.*?\*\/|\/\/.*/g, "")
  assert.deepEqual([...all(api, /\b([A-Za-z]+)\??:/g)].filter((name) => !known.has(name)), [])
})
