// What do you have? Once, after the first run: protect it, name a mail address, keep the key.

import { overview } from "../live.js"
import { copyButton } from "../parts/copy.js"
import { field, tick } from "../parts/form.js"
import { actions, aside, button, card, el, failure, fill, lead, linkButton, para, partial, patch, quiet, to, v1, words, wordsOf } from "./kit.js"
import { takenWorkloads } from "./policy-parts.js"
import { create, filled, newDraft, preview } from "./policy-save.js"

const noted = "holdfast.keyKept"

/** @typedef {{ found: Api.PolicyPreview, open: Api.Workload[] }} Data */

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function welcome(page) {
  const text = wordsOf("policies")
  const { signal } = page
  const draft = newDraft()
  let protects = true
  let mail = ""
  const trouble = el("div")

  /** @param {Data} data */
  async function save({ found, open }) {
    let part = ""
    try {
      if (protects) for (const workload of filled(draft, open, found)) {
        await create(draft, workload, `${text.defaultName.everything}: ${words.workloads[workload]}`, (now) => { part = now })
        open.splice(open.indexOf(workload), 1)
      }
      part = ""
      if (mail) await patch(v1`emailNotificationsSetting`, { isEnabled: true, recipients: { role: "custom", customRecipients: [{ email: mail }] } })
      page.go(to``)
    } catch (error) {
      fill(trouble, part && partial(text.partSaved(text.parts[part])), failure(error))
    }
  }

  return {
    title: () => text.welcome,
    needs: "Configuration.ReadWrite",
    load: async () => {
      const taken = await takenWorkloads(signal)
      const open = /** @type {Api.Workload[]} */ (["oneDriveForBusiness", "sharePoint"]).filter((workload) => !taken.includes(workload))
      void overview()
      return { found: await preview(draft, ["oneDriveForBusiness", "sharePoint"], null, signal), open }
    },
    render: (data) => {
      const { accounts, sites } = data.found.matching
      const act = button(text.done, async () => { act.disabled = true; await save(data).finally(() => { act.disabled = false }) }, { kind: "primary" })
      return [lead(accounts + sites === 0 ? text.foundNothing : text.found(data.found.matching)),
        data.open.length > 0 && accounts + sites > 0 && tick(text.protectAll, protects, (on) => { protects = on }),
        field(text.alarmMail, { type: "email", autocomplete: "email" }, (value) => { mail = value.trim() }),
        card(text.keyTitle, para(text.keyWhy), para(text.keyWhere),
          actions(el("code", null, text.keyCommand), copyButton(words.copy.copy, () => text.keyCommand)),
          tick(text.keyDone, localStorage.getItem(noted) !== null, (on) => (on ? localStorage.setItem(noted, new Date().toISOString()) : localStorage.removeItem(noted))),
          quiet(text.keyBrowser)),
        trouble, actions(act, linkButton(to``, text.skip, "plain"), aside(text.skipped))]
    },
  }
}
