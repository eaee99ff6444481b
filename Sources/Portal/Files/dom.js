// Makes nodes out of names, attributes and children.
//
// Data becomes text or an attribute, never markup: nothing here parses HTML, and the page's policy
// (`require-trusted-types-for 'script'`) would refuse it. Addresses are checked, because a link to
// `javascript:` would be the one way left.

/** @typedef {Record<string, any> & {
 *   class?: string | readonly (string | false | null | undefined)[],
 *   on?: Record<string, (event: any) => void>,
 *   data?: Record<string, string | number>,
 *   style?: Record<string, string | number>,
 * }} Attributes */

const svgSpace = "http://www.w3.org/2000/svg"
const properties = new Set(["value", "checked", "indeterminate", "selected", "open", "disabled", "hidden", "inert"])
const addresses = new Set(["href", "src", "action", "formaction"])

/**
 * An HTML element: `el("a", { href: "/portal/", class: ["link", isHere && "here"] }, "Overview")`.
 *
 * `on` has listeners by event name, `data` the `data-` attributes, `style` custom or plain
 * properties (set through CSSOM). `true` is an empty attribute; `false`, null and undefined are none.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes | null} [attributes]
 * @param {...Portal.Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes, ...children) {
  return dress(document.createElement(tag), attributes, children)
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes | null} [attributes]
 * @param {...Portal.Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes, ...children) {
  return dress(document.createElementNS(svgSpace, tag), attributes, children)
}

// Sets attributes of an element that exists; those not named stay.
/** @param {Element} element @param {Attributes} attributes */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) setOne(/** @type {any} */ (element), name, value)
}

/** @template {Element} T @param {T} element @param {Attributes | null | undefined} attributes @param {readonly Portal.Child[]} children @returns {T} */
function dress(element, attributes, children) {
  if (attributes) set(element, attributes)
  element.append(...nodes(children))
  // A select has its options only now.
  if (attributes?.value !== undefined && element instanceof HTMLSelectElement) element.value = attributes.value
  return element
}

/** @param {any} element @param {string} name @param {any} value */
function setOne(element, name, value) {
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener)
  } else if (name === "class") {
    element.setAttribute("class", Array.isArray(value) ? value.filter(Boolean).join(" ") : value ?? "")
  } else if (name === "data") {
    for (const [key, text] of Object.entries(value)) element.dataset[key] = String(text)
  } else if (name === "style") {
    for (const [key, text] of Object.entries(value)) element.style.setProperty(key, String(text))
  } else if (properties.has(name) && name in element) {
    element[name] = value ?? ""
  } else if (name.startsWith("on") || name === "srcdoc") {
    throw new Error(`'${name}' is not an attribute for data.`)
  } else if (value === false || value === null || value === undefined) {
    element.removeAttribute(name)
  } else {
    element.setAttribute(name, addresses.has(name) ? address(String(value)) : value === true ? "" : String(value))
  }
}

// Marks that turn what stands around them, and controls, become visible wherever a text comes from.
/** @param {string} text */
const visible = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (mark) => `⟨${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`)

// An address of this server, of mail, of the web or of a program that makes codes; anything else becomes `#`.
/** @param {string} text */
export const address = (text) => (/^(\/(?!\/)|[#?]|https?:|blob:|mailto:|otpauth:|[\w.-]+(\/|$))/i.test(text) ? text : "#")

/** @param {readonly Portal.Child[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return []
    if (Array.isArray(child)) return nodes(child)
    return [child instanceof Node ? child : visible(String(child))]
  })
}

/** @template {Element} T @param {T} parent @param {...Portal.Child} children */
export function fill(parent, ...children) {
  parent.replaceChildren(...nodes(children))
  return parent
}

/** @type {WeakMap<Element, Map<unknown, Element>>} */
const kept = new WeakMap()

/**
 * Makes the children of `parent` those of `items`, in their order, and keeps the node of each key:
 * its focus, its selection and its open state live on.
 * @template Item
 * @param {Element} parent
 * @param {readonly Item[]} items
 * @param {{ key: (item: Item) => unknown, make: (item: Item) => Element,
 *           update?: (node: Element, item: Item) => void }} how  Without `update`, nodes are made again.
 */
export function keyed(parent, items, { key, make, update }) {
  const before = kept.get(parent) ?? new Map()
  const after = new Map()
  const ids = new Set(items.map(key))
  for (const [id, node] of before) if (!ids.has(id)) node.remove()
  let place = parent.firstElementChild
  for (const item of items) {
    const old = before.get(key(item))
    const node = old && update ? old : make(item)
    if (old && update) update(old, item)
    else if (old) {
      if (old === place) place = node
      old.replaceWith(node)
    }
    after.set(key(item), node)
    if (node === place) place = node.nextElementSibling
    else parent.insertBefore(node, place)
  }
  kept.set(parent, after)
}
