// Notifications, people, programs, my account, the service itself. Each part asks for itself and says where the server has no answer yet.

import { all, get, hf, isAbsent, patch, post, remove, v1 } from "../api.js"
import { el, fill } from "../dom.js"
import { copyButton } from "../parts/copy.js"
import { ask } from "../parts/dialog.js"
import { field, select, tick } from "../parts/form.js"
import { more } from "../parts/more.js"
import { button, moment, momentAgo, name } from "../parts/small.js"
import { failure, heading, later, stateMark } from "../parts/states.js"
import { words, wordsOf } from "../words.js"

const operatorRight = "Holdfast-Operators.ReadWrite"

/** @param {Portal.Page} page @returns {Portal.View<{}>} */
export default function settings(page) {
  const text = wordsOf("settings")
  const { signal, me } = page
  const mayControl = page.can("Control.ReadWrite")

  // A part of the page that asks for itself.
  /** @template T @param {string} title @param {() => Promise<T>} load @param {(answer: T, again: () => void, note: HTMLElement) => Portal.Child} draw */
  function part(title, load, draw) {
    const note = el("div")
    /** @type {ReturnType<typeof later>} */
    const shown = later(() => load().catch((error) => { if (isAbsent(error)) return null; throw error }),
      (answer) => (answer === null ? el("p", { class: "quiet" }, text.notAnswered) : draw(/** @type {T} */ (answer), () => void shown.again(), note)))
    return el("section", { class: "card" }, el("h2", null, title), shown.node, note)
  }

  /** @param {HTMLElement} note @param {() => Promise<unknown>} act @param {() => void} [then] */
  const doing = (note, act, then) => () => void act().then((done) => { fill(note); if (done !== null) then?.() }, (error) => fill(note, failure(error)))
  const said = (/** @type {HTMLElement} */ note, /** @type {string} */ sentence) => () => fill(note, el("p", { class: "state said", role: "status" }, sentence))

  const notifications = () => part(text.notifications, () => get(v1`emailNotificationsSetting`, {}, { signal }), (setting, _, note) => {
    let [isOn, isMore, list] = [setting.isEnabled, setting.additionalEvents !== "none", setting.recipients.customRecipients.map((/** @type {any} */ one) => one.email).join("\n")]
    const save = () => patch(v1`emailNotificationsSetting`, { isEnabled: isOn, additionalEvents: isMore ? "restoreAndPolicyUpdates" : "none",
      recipients: { role: "custom", customRecipients: list.split(/[\s,;]+/).filter(Boolean).map((/** @type {string} */ email) => ({ email })) } })
    return el("form", { class: "form", on: { submit: (event) => { event.preventDefault(); doing(note, save, said(note, text.saved))() } } },
      tick(text.mailOn, isOn, (on) => { isOn = on }), tick(text.mailMore, isMore, (on) => { isMore = on }),
      field(text.mailTo, { tag: "textarea", rows: 3, value: list }, (value) => { list = value }),
      el("div", { class: "actions" }, el("button", { type: "submit", class: "primary", disabled: !mayControl }, text.save),
        button(text.test, doing(note, () => post(hf`notifications/test`), said(note, text.testSent)), { disabled: !mayControl })))
  })

  const account = () => part(text.account, async () => (me ? { me, sessions: await all(hf`me/sessions`, {}, { signal }).catch((error) => { if (isAbsent(error)) return null; throw error }) } : null),
    (answer, again, note) => answer && [
      el("p", null, el("b", null, answer.me.name), " · ", text.roles(answer.me.roles.join(", "))), el("p", { class: "quiet" }, text.signedIn(momentAgo(answer.me.signedInDateTime), moment(answer.me.sessionEndsDateTime))),
      answer.sessions && [more({ label: text.sessions, key: (/** @type {any} */ one) => one.id, ask: async () => ({ value: answer.sessions ?? [] }),
        heads: [text.sessionHeads.where, text.sessionHeads.since, text.sessionHeads.seen, { text: text.sessionHeads.actions, away: true }],
        cells: (one) => [name(`${one.browser ?? ""} ${one.address ?? ""}`.trim()), momentAgo(one.signedInDateTime), one.lastSeenDateTime ? momentAgo(one.lastSeenDateTime) : "",
          one.isThis ? text.thisOne : button(text.end, doing(note, () => remove(hf`me/sessions/${one.id}`), again), { kind: "plain", label: text.endOf(one.address ?? one.id) })] }).node,
      button(text.signOthersOut, doing(note, () => remove(hf`me/sessions`), again))]])

  /** @param {string} title @param {string} secret */
  const showOnce = (title, secret) => ask({ title, body: [el("p", null, text.secretBody), el("code", { class: "secret" }, secret), copyButton(words.copy.copy, () => secret)], action: words.dialog.close, wide: true })

  const operators = () => part(text.operators, () => all(hf`operators`, {}, { signal }), (people, again, note) => [
    more({ label: text.operators, key: (/** @type {Api.Operator} */ one) => one.id, ask: async () => ({ value: people }),
      heads: [text.operatorHeads.name, text.operatorHeads.roles, text.operatorHeads.factor, text.operatorHeads.seen, text.operatorHeads.state, { text: text.operatorHeads.actions, away: true }],
      cells: (one) => [name(one.name), one.roles.join(", "), text.factors[/** @type {"none"} */ (one.secondFactor)] ?? one.secondFactor, one.lastSignInDateTime ? momentAgo(one.lastSignInDateTime) : text.never,
        stateMark(one.status === "active" ? "ok" : one.status === "locked" ? "warning" : "paused", text.states[/** @type {"active"} */ (one.status)] ?? one.status),
        el("div", { class: "acts" },
          button(one.status === "disabled" ? text.enable : text.disable, doing(note, () => patch(hf`operators/${one.id}`, { status: one.status === "disabled" ? "active" : "disabled" }), again), { kind: "plain", label: one.status === "disabled" ? text.enableOf(one.name) : text.disableOf(one.name) }),
          button(text.reset, doing(note, async () => { const made = await post(hf`operators/${one.id}/resetPassword`); await showOnce(text.resetOf(one.name), made.password ?? made.value) }), { kind: "plain", label: text.resetOf(one.name) }),
          button(text.remove, doing(note, () => ask({ title: text.removeTitle(one.name), body: el("p", null, text.removeBody), action: text.removeDo, kind: "danger", act: () => remove(hf`operators/${one.id}`) }), again), { kind: "plain", label: text.removeOf(one.name) }))],
      empty: () => el("p", { class: "quiet" }, text.none) }).node,
    button(text.add, doing(note, () => {
      let role = "Auditor"
      return ask({ title: text.addTitle, action: text.addDo, body: [field(text.name, { name: "name", required: true, autocomplete: "off" }), select(text.role, role, Object.entries(text.roleNames), (value) => { role = value }),
        field(text.password, { name: "password", type: "password", minlength: 12, maxlength: 256, required: true, autocomplete: "new-password" })],
      act: (form) => post(hf`operators`, { name: form.get("name"), password: form.get("password"), roles: [role] }) })
    }, again)),
  ])

  const programs = () => part(text.programs, () => all(hf`programs`, {}, { signal }), (found, again, note) => [
    more({ label: text.programs, key: (/** @type {any} */ one) => one.id, ask: async () => ({ value: found }), heads: [text.programHeads.name, text.programHeads.id, text.programHeads.made, { text: text.programHeads.actions, away: true }],
      cells: (one) => [name(one.name ?? one.displayName), el("code", null, one.id), momentAgo(one.createdDateTime),
        button(text.remove, doing(note, () => ask({ title: text.removeTitle(one.name), body: el("p", null, text.removeBody), action: text.removeDo, kind: "danger", act: () => remove(hf`programs/${one.id}`) }), again), { kind: "plain", label: text.removeOf(one.name) })],
      empty: () => el("p", { class: "quiet" }, text.noPrograms) }).node,
    button(text.addProgram, doing(note, async () => {
      let secret = ""
      const done = await ask({ title: text.addProgram, action: text.addDo, body: [field(text.name, { name: "name", required: true, autocomplete: "off" }), field(text.scopes, { tag: "textarea", name: "scopes", rows: 3, value: "BackupRestore-Restore.Read.All" })],
        act: async (form) => { secret = (await post(hf`programs`, { name: form.get("name"), scopes: String(form.get("scopes")).split(/\s+/).filter(Boolean) })).secret } })
      if (done && secret) await showOnce(text.secretTitle, secret)
      return done
    }, again)),
  ])

  const service = () => part(text.service, async () => ({ root: await get(v1``.replace(/\/$/, ""), {}, { signal }), apps: await all(v1`serviceApps`, {}, { signal }) }), ({ root, apps }, again, note) => {
    const status = root.serviceStatus
    const isOn = status.status === "enabled"
    const active = apps.find((app) => app.status === "active")
    return [el("p", null, text.status[/** @type {"enabled"} */ (status.status)] ?? status.status, " ", active && text.controller(name(active.application.displayName ?? active.application.id)),
      status.disableReason && status.disableReason !== "none" && [" ", text.reason(status.disableReason)]),
    status.gracePeriodDateTime && el("p", null, text.grace(moment(status.gracePeriodDateTime))), status.restoreAllowedTillDateTime && el("p", null, text.restoreTill(moment(status.restoreAllowedTillDateTime))),
    apps.length > 1 && more({ label: text.apps(apps.length), key: (/** @type {any} */ app) => app.id, ask: async () => ({ value: apps }), heads: [text.appHeads.name, text.appHeads.state, text.appHeads.since, { text: text.appHeads.actions, away: true }],
      cells: (app) => [name(app.application.displayName ?? app.id), text.appStates[/** @type {"active"} */ (app.status)] ?? app.status, moment(app.registrationDateTime), mayControl && app.status === "inactive"
        && button(text.handOver, doing(note, () => ask({ title: text.handOverTitle(app.application.displayName), body: el("p", null, text.handOverBody), action: text.handOver, act: () => post(v1`serviceApps/${app.id}/activate`) }), again), { kind: "plain", label: text.handOverOf(app.application.displayName) })] }).node,
    mayControl && el("div", { class: "actions" }, isOn
      ? button(text.off, doing(note, () => ask({ title: text.offTitle, body: el("p", null, text.offBody), action: text.off, kind: "danger", typed: { label: text.offTyped, expected: text.offWord }, act: () => remove(v1`serviceApps/${active?.id ?? ""}`) }), again))
      : button(text.on, doing(note, () => post(v1`enable`, {}), again), { kind: "primary" }))]
  })

  const look = () => {
    const now = localStorage.getItem("holdfast.look") ?? "auto"
    return el("section", { class: "card" }, el("h2", null, text.look), select(text.lookLabel, now, Object.entries(text.looks), (value) => {
      if (value === "auto") {
        localStorage.removeItem("holdfast.look")
        delete document.documentElement.dataset.look
      } else {
        localStorage.setItem("holdfast.look", value)
        document.documentElement.dataset.look = value
      }
    }), tick(text.letters, localStorage.getItem("holdfast.letters") !== "off", (on) => localStorage.setItem("holdfast.letters", on ? "on" : "off")), el("p", { class: "quiet" }, text.language))
  }

  return {
    title: () => text.title,
    load: async () => ({}),
    render: () => {
      page.offerCommand(() => "holdfast config show")
      return el("article", { class: "settings" }, heading(text.title), notifications(), account(), page.can(operatorRight) && operators(), page.can(operatorRight) && programs(), service(),
        me && el("section", { class: "card" }, el("h2", null, text.issuers), el("p", null, text.issuer(me.issuer))), look())
    },
  }
}
