// My account: password, second factor, and where else I am signed in.

import { copyButton } from "../parts/copy.js"
import { ask } from "../parts/dialog.js"
import { field } from "../parts/form.js"
import { more } from "../parts/more.js"
import { actions, all, button, el, get, hf, linkButton, moment, momentAgo, name, para, plain, post, quiet, remove, words, wordsOf } from "./kit.js"
import { liveCard } from "./settings-part.js"

// Shows what is shown only once; a person copies it before closing.
/** @param {string} title @param {string} why @param {string} secret */
export const showOnce = (title, why, secret) => ask({
  title, wide: true,
  body: [para(why), el("code", { class: "secret" }, secret), copyButton(words.copy.copy, () => secret)],
})

/** @param {string} label */
export const newPassword = (label) => field(label, { name: "new", type: "password", minlength: 12, maxlength: 256, required: true, autocomplete: "new-password" })

// Browser and system, as people call them.
/** @param {string} agent */
function browserOf(agent) {
  const [, browser] = agent.match(/(Firefox|Edg|Chrome|Safari)[A-Za-z]*\/\d/) ?? []
  const [system] = agent.match(/Windows|Android|iPhone|iPad|Mac OS|CrOS|Linux/) ?? []
  return [browser === "Edg" ? "Edge" : browser, system].filter(Boolean).join(", ") || agent
}

/** @param {Portal.Page} page */
export function account({ signal }) {
  const text = wordsOf("settings")
  const load = async () => {
    const [me, sessions] = await Promise.all([get(hf`me`, {}, { signal }), all(hf`me/sessions`, {}, { signal })])
    return { me: /** @type {Api.Me} */ (me), sessions: /** @type {Api.PortalSession[]} */ (sessions) }
  }

  const changePassword = () => ask({
    title: text.changePassword, action: text.change,
    body: [field(text.oldPassword, { name: "old", type: "password", required: true, autocomplete: "current-password" }),
      newPassword(text.newPassword),
      quiet(text.othersEnd)],
    act: (form) => post(hf`me/changePassword`, { oldPassword: form.get("old"), newPassword: form.get("new") }),
  })

  async function addFactor() {
    const offer = await post(hf`me/offerSecondFactor`)
    /** @type {string[]} */
    let codes = []
    const done = await ask({
      title: text.addFactor, action: text.turnOn,
      body: [para(text.factorHow), el("code", { class: "secret" }, offer.secret.match(/.{1,4}/g).join(" ")),
        actions(copyButton(words.copy.copy, () => offer.secret), linkButton(offer.address, text.factorOpen, "plain")),
        field(text.factorCode, { name: "code", required: true, autocomplete: "one-time-code" })],
      act: async (form) => { codes = (await post(hf`me/confirmSecondFactor`, { code: String(form.get("code")).trim() })).recoveryCodes },
    })
    if (done) await showOnce(text.recovery, text.recoveryWhy, codes.join("\n"))
    return done
  }

  const removeFactor = () => ask({
    title: text.removeFactor, action: text.turnOff, kind: "danger", body: text.removeFactorWhy, act: () => post(hf`me/removeSecondFactor`),
  })

  return liveCard(text.account, load, ({ me, sessions }, { doing }) => [
    para(el("b", null, name(me.name)), " · ", text.roles(me.roles)),
    me.signedInDateTime && me.sessionEndsDateTime && quiet(text.signedIn(momentAgo(me.signedInDateTime), moment(me.sessionEndsDateTime))),
    // An account that an issuer elsewhere keeps is changed there.
    me.secondFactor !== null && actions(button(text.changePassword, doing(changePassword, text.passwordChanged)),
      me.secondFactor === "totp" ? button(text.removeFactor, doing(removeFactor)) : button(text.addFactor, doing(addFactor))),
    more({
      label: text.sessions, rows: sessions, heads: text.sessionHeads,
      cells: (/** @type {Api.PortalSession} */ one) => [name(text.where(browserOf(one.browser), one.address)), momentAgo(one.signedInDateTime), momentAgo(one.lastSeenDateTime),
        one.isThis ? text.thisOne : plain(text.end, doing(() => remove(hf`me/sessions/${one.id}`)), text.endOf(one.address))],
    }),
    sessions.length > 1 && button(text.signOthersOut, doing(() => post(hf`me/endOtherSessions`))),
  ])
}
