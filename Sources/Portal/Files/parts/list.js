// A list of any length as a window: rows of one height, of which only those in view and 20 around exist.
// 200 rows are asked for at a time, and 20 such pieces are kept. Narrower than 640 px, rows are cards.

import { el, fill, keyed, set } from "../dom.js"
import { words } from "../words.js"
import { checkBox, headCells } from "./list-head.js"
import { failure, isAbort } from "./states.js"

const pieceRows = 200
const keptPieces = 20
const aroundRows = 20
const aroundRowsMoving = 4
const narrowPixels = 640
const cardPixels = 80

/** @template Row @param {Parts.List<Row>} what */
export function list(what) {
  const columns = Object.entries(what.columns).map(([id, column]) => ({ ...column, id, head: what.heads[id] }))
  const sort = { by: what.sort?.by ?? "", down: what.sort?.down ?? false }
  /** @type {Map<number, Row[]>} */
  const pieces = new Map()
  /** @type {Set<number>} */
  const asking = new Set()
  /** @type {Parts.Selection} */
  let selection = { all: false, keys: new Set(), count: 0 }
  let count = -1
  let at = -1
  let isNarrow = false
  let height = 40
  let asked = new AbortController()
  let typed = ""
  let typedAt = 0
  let frame = 0
  /** @type {Portal.Timer} */
  let quiet

  const rows = el("div", { class: "list-rows", role: "none", on: { focusin: (event) => follow(event.target) } })
  const scroller = el("div", { class: "list-scroll", tabindex: 0, role: "rowgroup", "aria-label": what.label, on: { scroll: plan, keydown: press } }, rows)
  const head = el("div", { class: "list-head", role: "rowgroup" })
  const table = el("div", { role: "table", "aria-label": what.label, class: "list" }, head, scroller)
  const trouble = el("div", { class: "list-trouble" })
  const node = el("div", { class: "list-frame" }, table, trouble)
  const tracks = columns.map((column) => column.width ?? "minmax(5rem, 1fr)").join(" ")
  set(table, { style: { "--tracks": what.select ? `2.5rem ${tracks}` : tracks } })
  const observer = new ResizeObserver(([entry]) => {
    isNarrow = entry.contentRect.width < narrowPixels
    height = isNarrow ? what.cardHeight ?? cardPixels : matchMedia("(pointer: coarse)").matches ? 44 : 40
    table.classList.toggle("cards", isNarrow)
    set(table, { style: { "--height": `${height}px` } })
    plan()
  })
  observer.observe(node)

  function drawHead() {
    fill(head, el("div", { role: "row", class: "list-row", "aria-rowindex": 1 },
      what.select && el("div", { role: "columnheader" }, checkBox(words.list.selectAll(Math.max(count, 0)), selection.all, selectAll)),
      headCells(columns, sort, (by) => setSort(by, sort.by === by ? !sort.down : false))))
  }

  /** @param {string} by @param {boolean} down */
  function setSort(by, down) {
    Object.assign(sort, { by, down })
    drawHead()
    what.onSort?.(by, down)
    scroller.scrollTop = 0
    void refresh()
  }

  const orderby = () => (sort.by ? `${sort.by}${sort.down ? " desc" : ""}` : undefined)

  /** Asks anew for what is in view; rows stay until the answer is there. */
  async function refresh() {
    asked.abort()
    asked = new AbortController()
    asking.clear()
    const first = Math.floor(Math.max(0, scroller.scrollTop) / height / pieceRows)
    set(table, { "aria-busy": "true" })
    await fetchPiece(first, true)
    table.removeAttribute("aria-busy")
  }

  /** @param {number} number @param {boolean} [isFresh] */
  async function fetchPiece(number, isFresh = false) {
    if (asking.has(number)) return
    asking.add(number)
    const { signal } = asked
    try {
      const answer = await what.ask({ skip: number * pieceRows, top: pieceRows, orderby: orderby(), signal })
      if (signal.aborted) return
      const before = isFresh ? new Map([...pieces.values()].flat().map((row) => [what.key(row), row])) : null
      const places = isFresh ? pieces.get(number) ?? [] : []
      if (isFresh) pieces.clear()
      pieces.set(number, before ? answer.rows.map((row) => same(before.get(what.key(row)), row)) : answer.rows)
      for (const oldest of pieces.keys()) if (pieces.size > keptPieces && oldest !== number) pieces.delete(oldest)
      if (answer.count !== count) {
        count = answer.count
        what.onCount?.(count)
        drawHead()
        set(table, { "aria-rowcount": count + 1 })
        table.hidden = count === 0
        select({})
      }
      fill(trouble, count === 0 && what.empty())
      // Another order or filter: first what is seen. A few of 10,000 rows may be in both.
      const isMoved = (/** @type {Row} */ row, /** @type {number} */ index) => !places[index] || what.key(places[index]) !== what.key(row)
      if (isFresh && answer.rows.filter(isMoved).length * 2 > answer.rows.length) glance()
      else draw()
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) fill(trouble, failure(error, () => void refresh()))
    } finally {
      asking.delete(number)
    }
  }

  // A row that is as before stays the same value, so that its node need not be made again.
  /** @param {Row | undefined} before @param {Row} now */
  const same = (before, now) => (before && JSON.stringify(before) === JSON.stringify(now) ? before : now)

  // While rows rush by, only those in view are made; the others around them follow when it is quiet.
  function plan() {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(glance)
  }

  function glance() {
    clearTimeout(quiet)
    draw(aroundRowsMoving)
    // Counted from the next frame, so that the rest never delays the picture of what is seen.
    requestAnimationFrame(() => {
      clearTimeout(quiet)
      quiet = setTimeout(() => draw(), 150)
    })
  }

  function draw(around = aroundRows) {
    if (count < 0) return
    set(rows, { style: { height: `${count * height}px` } })
    const seen = Math.ceil(scroller.clientHeight / height) || 12
    const first = Math.max(0, Math.floor(scroller.scrollTop / height) - around)
    const last = Math.min(count, first + seen + 2 * around)
    const indexes = Array.from({ length: last - first }, (_, index) => first + index)
    // The row that has the focus stays, or the focus would be lost.
    if (at >= 0 && at < count && (at < first || at >= last) && rows.contains(document.activeElement)) indexes.push(at)
    const missing = [...new Set(indexes.map((index) => Math.floor(index / pieceRows)))].filter((number) => !pieces.has(number))
    // Pieces that rush by are not asked for, but one at a time.
    if (around === aroundRows || asking.size === 0) for (const number of missing) void fetchPiece(number)
    keyed(rows, indexes.map((index) => ({ index, row: rowAt(index) })), {
      key: ({ index }) => index,
      make: (item) => dress(el("div", { role: "row", tabindex: -1, on: { click: open } }), item),
      update: (node, item) => { if (shown.get(node) !== item.row || placed.get(node) !== height) dress(node, item) },
    })
  }

  /** @type {WeakMap<Element, Row | undefined>} */
  const shown = new WeakMap()
  /** @type {WeakMap<Element, number>} */
  const placed = new WeakMap()

  /** @param {number} index @returns {Row | undefined} */
  function rowAt(index) {
    return pieces.get(Math.floor(index / pieceRows))?.[index % pieceRows]
  }

  // Makes a node the row of an index: its place, and its cells, or a bar until they are known.
  /** @template {Element} Node @param {Node} node @param {{ index: number, row: Row | undefined }} item */
  function dress(node, { index, row }) {
    set(node, {
      class: ["list-row", row ? "opens" : "waiting"], "aria-rowindex": index + 2,
      style: { transform: `translateY(${index * height}px)` }, data: { index },
    })
    if (shown.get(node) !== row || !shown.has(node)) {
      fill(node,
        row && what.select && el("div", { role: "cell", class: "check" }, checkBox(what.select.label(row), isSelected(row), () => toggle(row))),
        row && columns.map((column) =>
          el("div", { role: "cell", class: [`c-${column.id}`, column.end && "end", column.minor && "minor"], data: { head: column.head } }, column.cell(row))))
    }
    shown.set(node, row)
    placed.set(node, height)
    return node
  }

  // A click beside links and fields opens the row.
  /** @param {MouseEvent} event */
  function open(event) {
    const target = /** @type {Element} */ (event.target)
    if (target.closest("a, button, input, label, summary, select") || getSelection()?.type === "Range") return
    /** @type {HTMLElement} */ (event.currentTarget).querySelector("a")?.click()
  }

  /** @param {Row} row */
  const isSelected = (row) => selection.all !== selection.keys.has(what.key(row))

  /** @param {Partial<Parts.Selection>} change */
  function select(change) {
    Object.assign(selection, change)
    selection.count = selection.all ? Math.max(0, count - selection.keys.size) : selection.keys.size
    what.select?.onChange(selection)
    for (const box of rows.querySelectorAll(".check input")) {
      const row = rowAt(Number(/** @type {HTMLElement} */ (box.closest("[data-index]")).dataset.index))
      if (row) /** @type {HTMLInputElement} */ (box).checked = isSelected(row)
    }
    const all = /** @type {HTMLInputElement | null} */ (head.querySelector("input"))
    if (all) [all.checked, all.indeterminate] = [selection.all && selection.keys.size === 0, selection.count > 0 && selection.count < count]
  }

  function selectAll() {
    select({ all: !selection.all || selection.keys.size > 0, keys: new Set() })
  }

  /** @param {Row} row */
  function toggle(row) {
    const key = what.key(row)
    if (!selection.keys.delete(key)) selection.keys.add(key)
    select({})
  }

  /** @param {EventTarget} target */
  function follow(target) {
    const row = /** @type {HTMLElement} */ (target).closest("[data-index]")
    if (row instanceof HTMLElement) at = Number(row.dataset.index)
  }

  /** @param {number} index */
  function focusRow(index) {
    if (count <= 0) return
    at = Math.max(0, Math.min(count - 1, index))
    const top = at * height
    if (top < scroller.scrollTop) scroller.scrollTop = top
    else if (top + height > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + height - scroller.clientHeight
    draw()
    const node = rows.querySelector(`[data-index="${at}"]`)
    if (node instanceof HTMLElement) node.focus({ preventScroll: true })
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const target = /** @type {HTMLElement} */ (event.target)
    if (target.closest("input:not([type=checkbox]), select, textarea")) return
    const visible = Math.max(1, Math.floor(scroller.clientHeight / height) - 1)
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + visible, PageUp: at - visible, Home: 0, End: count - 1 }
    if (event.key in moves) focusRow(moves[event.key])
    else if (event.key === "Enter" && target.dataset.index !== undefined) target.querySelector("a")?.click()
    else if (event.key === " " && target.dataset.index !== undefined && what.select) toggleAt()
    else if (what.jump && /^\p{L}$/u.test(event.key) && !"jkxg".includes(event.key)) void jump(event.key)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  /** @param {string} letter */
  async function jump(letter) {
    typed = Date.now() - typedAt < 800 ? typed + letter : letter
    typedAt = Date.now()
    const index = await what.jump?.(typed, orderby(), asked.signal).catch(() => undefined)
    if (index === undefined) return
    scroller.scrollTop = index * height
    focusRow(index)
  }

  function toggleAt() {
    const row = rowAt(at)
    if (row && what.select) toggle(row)
  }

  what.signal.addEventListener("abort", () => {
    asked.abort()
    observer.disconnect()
  }, { once: true })
  drawHead()
  void refresh()
  return Object.assign(node, {
    refresh,
    clear: () => select({ all: false, keys: new Set() }),
    move: (/** @type {number} */ by) => focusRow(at + by),
    toggle: toggleAt,
    /** Goes to the top, for another filter. */
    reset: () => {
      scroller.scrollTop = 0
      at = -1
      select({ all: false, keys: new Set() })
      return refresh()
    },
  })
}

// `j`, `k` and `x` for `page.keys`.
/** @param {{ move: (by: number) => void, toggle: () => void }} shown */
export const listKeys = (shown) => ({
  j: { words: words.keys.next, act: () => shown.move(1) },
  k: { words: words.keys.previous, act: () => shown.move(-1) },
  x: { words: words.keys.select, act: shown.toggle },
})
