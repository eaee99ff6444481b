// Notifications, people, programs, my account, the service itself.

import { chooseLook, chosenLook } from "../look-choice.js"
import { ask } from "../parts/dialog.js"
import { field, select, tick } from "../parts/form.js"
import { more } from "../parts/more.js"
import { issuerElsewhere } from "../session.js"
import { actions, all, button, card, el, get, hf, moment, name, para, patch, plain, post, quiet, remove, v1, words, wordsOf } from "./kit.js"
import { account } from "./settings-account.js"
import { liveCard } from "./settings-part.js"
import { operators, programs } from "./settings-people.js"

const operatorRight = "Holdfast-Operators.ReadWrite"

/** @param {Portal.Page} page @returns {Portal.View<{}>} */
export default function settings(page) {
  const text = wordsOf("settings")
  const { signal, me } = page
  const mayControl = page.can("Control.ReadWrite")

  const notifications = () => liveCard(text.notifications, () => get(v1`emailNotificationsSetting`, {}, { signal }), (setting, { doing }) => {
    let isOn = setting.isEnabled
    let isMore = setting.additionalEvents !== "none"
    let list = setting.recipients.customRecipients.map((/** @type {any} */ one) => one.email).join("\n")
    const save = () => patch(v1`emailNotificationsSetting`, {
      isEnabled: isOn, additionalEvents: isMore ? "restoreAndPolicyUpdates" : "none",
      recipients: { role: "custom", customRecipients: list.split(/[\s,;]+/).filter(Boolean).map((/** @type {string} */ email) => ({ email })) },
    })
    return el("form", { class: "form", on: { submit: (event) => { event.preventDefault(); doing(save, text.saved)() } } },
      tick(text.mailOn, isOn, (on) => { isOn = on }), tick(text.mailMore, isMore, (on) => { isMore = on }),
      field(text.mailTo, { tag: "textarea", rows: 3, value: list }, (value) => { list = value }),
      actions(el("button", { type: "submit", class: "primary", disabled: !mayControl }, text.save),
        mayControl && button(text.sendTest, doing(() => post(hf`sendTestMail`), text.testSent))))
  })

  const load = async () => ({ root: await get("v1.0/solutions/backupRestore", {}, { signal }), apps: await all(v1`serviceApps`, {}, { signal }) })
  const service = () => liveCard(text.service, load, ({ root, apps }, { doing }) => {
    const { status, disableReason, gracePeriodDateTime, restoreAllowedTillDateTime } = root.serviceStatus
    const active = apps.find((app) => app.status === "active")
    const called = (/** @type {any} */ app) => app.application.displayName ?? app.id
    const handOver = (/** @type {any} */ app) => ask({ title: text.handOverTitle(called(app)), body: text.handOverBody, action: text.handOver, act: () => post(v1`serviceApps/${app.id}/activate`) })
    const switchOff = () => ask({
      title: text.offTitle, body: text.offBody, action: text.off, kind: "danger",
      typed: { label: text.offTyped, expected: text.offWord }, act: () => remove(v1`serviceApps/${active.id}`),
    })
    return [
      para(text.status[status] ?? status, " ", active && text.controller(name(called(active))),
        disableReason && disableReason !== "none" && [" ", text.reason(disableReason)]),
      gracePeriodDateTime && para(text.grace(moment(gracePeriodDateTime))),
      restoreAllowedTillDateTime && para(text.restoreTill(moment(restoreAllowedTillDateTime))),
      apps.length > 1 && more({
        label: text.apps(apps.length), rows: apps, heads: text.appHeads,
        cells: (/** @type {any} */ app) => [name(called(app)), text.appStates[app.status] ?? app.status, moment(app.registrationDateTime),
          mayControl && app.status === "inactive" && plain(text.handOver, doing(() => handOver(app)), text.handOverOf(called(app)))],
      }),
      mayControl && actions(status !== "enabled" ? button(text.on, doing(() => post(v1`enable`, {})), { kind: "primary" })
        : active && button(text.off, doing(switchOff))),
    ]
  })

  const look = () => card(text.look, select(words.frame.look, chosenLook(), Object.entries(words.frame.looks), chooseLook),
    tick(words.keys.off, localStorage.getItem("holdfast.letters") !== "off", (on) => localStorage.setItem("holdfast.letters", on ? "on" : "off")),
    quiet(text.language))

  return {
    title: () => text.title,
    render: () => {
      const issuer = issuerElsewhere(me)
      return [notifications(), me && account(page), page.can(operatorRight) && [operators(page), programs(page)], service(),
        card(text.issuers, para(issuer ? text.issuer(issuer) : text.ownIssuer)), look()]
    },
    command: () => "holdfast config show",
  }
}
