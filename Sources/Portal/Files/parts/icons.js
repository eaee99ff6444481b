// Line icons of 24 × 24, drawn in the colour of the text; always beside a word or a label.

import { svg } from "../dom.js"

/** @type {Record<string, string>} */
const paths = {
  overview: "M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z",
  accounts: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2.2.8 3.5 2.8 3.5 5.5",
  restores: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5M12 8v4.5l3 2",
  policies: "M12 3l7.5 3v5.5c0 4.5-3.1 8-7.5 9.5-4.4-1.5-7.5-5-7.5-9.5V6zM8.8 12l2.2 2.2 4.2-4.4",
  activity: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  health: "M3 12h4l2.5-6 4.5 12 2.5-6H21",
  settings: "M4 7h9M19 7h1M4 17h1M11 17h9M16 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  folder: "M3 6h6l2 2.5h10V19H3z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
}

/** @param {string} name */
export const icon = (name) =>
  svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, svg("path", { d: paths[name] ?? "" }))

// Shapes of states in 16 × 16, never colour alone: lines and filled parts.
/** @type {Record<string, { d?: string, fill?: string }>} */
const shapes = {
  full: { fill: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z" },
  half: { d: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z", fill: "M8 3.5a4.5 4.5 0 0 0 0 9z" },
  triangle: { fill: "M8 2.5l6 11H2z" },
  cross: { d: "M3.5 3.5l9 9M12.5 3.5l-9 9" },
  ring: { d: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z" },
  bars: { d: "M5.5 3.5v9M10.5 3.5v9" },
  dashes: { d: "M8 3.5a4.5 4.5 0 0 1 3.2 1.3M12.5 8a4.5 4.5 0 0 1-1.3 3.2M8 12.5a4.5 4.5 0 0 1-3.2-1.3M3.5 8a4.5 4.5 0 0 1 1.3-3.2" },
  turning: { d: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3" },
  dots: { d: "M3.5 8h.01M8 8h.01M12.5 8h.01" },
  out: { d: "M3 13h10M8 10V3M5 5.5L8 3l3 2.5" },
  pencil: { d: "M3 13l.8-3L10.5 3.2l2.3 2.3L6 12.2z" },
  tick: { d: "M3 8.5l3.5 3.5L13 4.5" },
}

/** @param {string} name */
export const shape = (name) => {
  const { d, fill } = shapes[name] ?? shapes.ring
  return svg("svg", { class: "shape", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, d && svg("path", { d }), fill && svg("path", { class: "filled", d: fill }))
}
