// All points of an account, with what cannot be brought back from one.

import { ask } from "../parts/dialog.js"
import { list } from "../parts/list.js"
import { more } from "../parts/more.js"
import { atAddress, empty, hf, link, mark, moment, name, pages, plain, rollBackAddress, rows, stateMark, to, where, wordsOf } from "./kit.js"

/** @param {Portal.Page} page @param {string} id */
export function pointList(page, id) {
  const text = wordsOf("account")
  const mayRestore = page.can("Restore.ReadWrite")

  /** @param {Api.Point} point */
  const showUnread = (point) => ask({
    title: text.unreadOf(point.protectionDateTime), wide: true,
    body: more({
      label: text.unreadOf(point.protectionDateTime), heads: text.unreadHeads, key: (/** @type {Api.UnreadItem} */ item) => item.path,
      ask: pages(hf`restorePoints/${point.id}/unreadItems`, {}, page.signal),
      cells: (item) => [name(item.path), item.message, item.keptFromDateTime ? text.keptFrom(moment(item.keptFromDateTime)) : text.notKept],
    }),
  })

  /** @param {Api.Point} point */
  const state = (point) => [
    point.isDamaged && stateMark("damaged"),
    point.unreadCount > 0 && plain([mark("partial"), text.unread(point.unreadCount)], () => void showUnread(point), text.unreadLabel(point.unreadCount, point.protectionDateTime)),
    point.undoSessionId && link(to`restores/${point.undoSessionId}`, text.beforeRestore), point.heldUntilDateTime && text.held(moment(point.heldUntilDateTime)),
  ]

  return list({
    signal: page.signal, label: text.pointList, key: (/** @type {Api.Point} */ point) => point.id, sort: { by: "protectionDateTime", down: true }, cardHeight: 60,
    ask: ({ skip, top, orderby, signal }) => rows(hf`restorePoints`, { filter: where`unitId eq ${id}`, orderby, skip, top }, { signal }),
    heads: text.pointColumns,
    columns: {
      moment: { sort: "protectionDateTime", cell: ({ protectionDateTime: at }) => (mayRestore ? link(atAddress(id, at), moment(at)) : moment(at)) },
      state: { cell: state },
      kept: { cell: (point) => moment(point.expirationDateTime), minor: true },
      look: { cell: (point) => mayRestore && link(rollBackAddress({ units: [id], at: point.protectionDateTime }), text.rollBackTo) },
    },
    empty: () => empty(text.noPoints),
  })
}
