// Contrast of the colours in tokens.css, by the formula of WCAG 2.2, in both themes.

import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { test } from "node:test"

const styles = join(dirname(fileURLToPath(import.meta.url)), "../../Sources/Portal/Files/styles")
const css = readFileSync(join(styles, "tokens.css"), "utf8")
const tokens = [...css.matchAll(/--([\w-]+):\s*(?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));/g)]
const [light, dark] = [2, 3].map((theme) => Object.fromEntries(tokens.map((found) => [found[1], found[4] ?? found[theme]])))

const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (one, other) => {
  const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x)
  return (a + 0.05) / (b + 0.05)
}

/** Texts at 4.5 : 1. */
const texts = [
  ...["ink", "quiet", "accent", "accent-hover", "ok", "late", "failing"].flatMap((color) => [[color, "ground"], [color, "page"], [color, "sunken"]]),
  ["accent", "tint"], ["ink", "tint"], ["accent-ink", "accent"], ["accent-ink", "accent-hover"], ["danger-ink", "danger"], ["alarm-ink", "alarm"],
  ["warn-ink", "warn-ground"], ["fail-ink", "fail-ground"], ["accent", "warn-ground"], ["accent", "fail-ground"], ["notable", "ground"], ["clean", "ground"],
]
/** Graphics, borders of fields and focus rings at 3 : 1. */
const graphics = [
  ["control", "ground"], ["control", "page"], ["focus", "ground"], ["focus", "page"], ["changed", "ground"], ["added", "ground"], ["removed", "ground"], ["missing", "ground"],
]

for (const [theme, colors] of Object.entries({ light, dark })) {
  for (const [pairs, least] of [[texts, 4.5], [graphics, 3]]) {
    test(`Contrast of at least ${least} : 1, ${theme}`, () => {
      const low = pairs.map(([one, other]) => [one, other, contrast(colors[one], colors[other])]).filter(([, , value]) => value < least)
      assert.deepEqual(low.map(([one, other, value]) => `${one} on ${other}: ${value.toFixed(2)}`), [])
    })
  }
}

test("The figures of the timeline's specification hold", () => {
  const figures = [
    [light, "changed", 5.2], [light, "added", 3.2], [light, "removed", 4.7], [light, "notable", 6.5], [light, "clean", 6.6], [light, "missing", 7.8],
    [dark, "changed", 7.2], [dark, "added", 3.9], [dark, "removed", 7.7], [dark, "notable", 7.8], [dark, "clean", 9.3], [dark, "missing", 8.5],
  ]
  for (const [theme, name, figure] of figures) assert.ok(Math.abs(contrast(theme[name], theme.ground) - figure) <= 0.06, `${name}: ${contrast(theme[name], theme.ground).toFixed(2)}, said ${figure}`)
})

test("Only tokens.css has colours", () => {
  for (const name of readdirSync(styles).filter((name) => !["tokens.css", "print.css"].includes(name))) {
    const found = readFileSync(join(styles, name), "utf8").replace(/rgb\(10 15 22 \/ 45%\)/, "").match(/#[0-9a-f]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsl/gi)
    assert.equal(found, null, `${name}: ${found}`)
  }
})
