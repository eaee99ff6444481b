// Writes or changes a policy: what, how long, preview. Nothing is saved before its preview was seen.

import { choice, field, select, tick } from "../parts/form.js"
import {
  aside, beta, card, el, failure, fill, get, later, lead, link, mark, name, para, partial, patch, plainList, quiet, refill, said, to, v1,
  waitingButton, words, wordsOf,
} from "./kit.js"
import { countLink, fields, kept, otherController, statusMark, takenWorkloads } from "./policy-parts.js"
import { addTo, create, filled, isComplete, linesOf, newDraft, periods, policyPath, preview, unitOf, workloadOf, workloads } from "./policy-save.js"
import { groupsOnce, named, unitLink } from "./unit-parts.js"

const settleMilliseconds = 400
const mostNames = 50

/** @typedef {{ policy: Api.Policy | null, taken: Api.Workload[], other: string | null }} Data */

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function policyPage(page) {
  const text = wordsOf("policies")
  const { signal, place } = page
  const isNew = place.params.id === "new"
  const draft = newDraft()
  const groups = groupsOnce(signal)
  /** @type {Data} */
  let data
  /** @type {Portal.Timer} */
  let timer
  const steps = el("div")
  const previewFrame = el("div", { role: "status" })
  /** @type {ReturnType<typeof later>} */
  let seen
  const saveFrame = el("div")
  const done = el("div")
  const wanted = () => (data.policy ? [workloadOf(data.policy["@odata.type"])] : workloads(draft).filter((workload) => !data.taken.includes(workload)))

  /** @param {Partial<typeof draft>} change */
  function set(change) {
    Object.assign(draft, change)
    drawSteps()
    clearTimeout(timer)
    timer = setTimeout(() => seen.again(), settleMilliseconds)
  }

  function drawSteps() {
    const workload = data.policy ? workloadOf(data.policy["@odata.type"]) : null
    const groupTicks = () => later(groups, (found) => (found.length === 0 ? text.noGroups
      : el("fieldset", { class: "ticks" }, el("legend", null, text.groups), found.map((group) => tick(text.groupOf(group.displayName, group.memberCount), draft.groups.includes(group.id), (on) =>
        set({ groups: on ? [...draft.groups, group.id] : draft.groups.filter((id) => id !== group.id) }))))))
    const kinds = [
      { value: "everything", label: text.kinds.everything, more: isNew && select(text.workload, draft.workload, /** @type {[string, string][]} */ (Object.entries(text.workloads)), (value) => set({ workload: /** @type {any} */ (value) })) },
      { value: "groups", label: text.kinds.groups, more: draft.kind === "groups" && groupTicks(), disabled: workload === "sharePoint" },
      { value: "words", label: text.kinds.words, more: field(text.words, { tag: "textarea", rows: 3, value: draft.words }, (value) => set({ words: value })), disabled: workload !== null && workload !== "sharePoint" },
      { value: "list", label: text.kinds.list, more: field(text.list, { tag: "textarea", rows: 4, value: draft.list }, (value) => set({ list: value })) },
    ].filter((one) => isNew || (one.value !== "everything" && data.policy?.protectionMode !== "fullServiceBackup"))
    const canExclude = data.policy ? data.policy.protectionMode === "fullServiceBackup" : draft.kind === "everything"
    refill(steps, el("div", { class: "steps two-steps" },
      el("div", { class: "step" }, kinds.length > 0 && choice({ legend: isNew ? text.what : text.add, value: draft.kind, onChange: (kind) => set({ kind: /** @type {any} */ (kind) }), options: kinds }),
        canExclude && field(text.except, { tag: "textarea", rows: 2, value: draft.except }, (value) => set({ except: value }))),
      el("fieldset", { class: "choice" }, el("legend", null, isNew ? text.howLong : text.columns.how),
        data.policy ? [para(kept(data.policy)), quiet(text.periodFixed)]
          : [select(text.period, draft.period, periods.map((period) => /** @type {const} */ ([period, text.years(period)])), (period) => set({ period })), para(text.periodWords(draft.period)), quiet(text.fine)],
        field(text.name, { maxlength: 1024, value: draft.name || (data.policy?.displayName ?? text.defaultName[draft.kind]) }, (value) => { draft.name = value; if (!isNew) drawSave(null) }))))
  }

  /** Asks what the draft would choose. */
  async function see() {
    const of = wanted()
    fill(saveFrame)
    const adds = isNew || isComplete(draft) && draft.kind !== "everything"
    if (isNew && of.length === 0) return { note: partial(text.has(workloads(draft).map((one) => text.workloads[one]).join(", "))) }
    if (!adds || !isComplete(draft)) return { note: adds && quiet(text.waits), saves: !adds }
    return { found: await preview(draft, of, data.policy?.id ?? null, signal) }
  }

  /** @param {{ found?: Api.PolicyPreview, note?: Portal.Child, saves?: boolean }} answer */
  function drawSeen({ found, note, saves }) {
    if (found || saves) drawSave(found ?? null)
    return found ? drawPreview(found) : note
  }

  /** @param {Api.PolicyPreview} found */
  function drawPreview(found) {
    const part = (/** @type {string} */ state, /** @type {string} */ sentence, /** @type {Portal.Child[]} */ rows) =>
      rows.length > 0 && el("details", null, el("summary", null, mark(state), sentence), plainList(rows.slice(0, mostNames)))
    const { accounts, sites } = found.matching
    return [lead(accounts + sites === 0 ? text.nothing : text.matching(found.matching)),
      part("ok", text.sample, found.sample.map((one) => named({ id: one.sourceId, ...one }))),
      part("warning", text.elsewhere(found.alreadyElsewhere.length), found.alreadyElsewhere.map(unitLink)),
      found.excludedByThis > 0 && para(mark("excluded"), text.excluded(found.excludedByThis)),
      part("failing", text.unknown(found.unknown.length), found.unknown.map((one) => [name(one.name ?? ""), " ", aside(one.message)])),
      part("warning", text.leave(found.wouldLeave.length), found.wouldLeave.map(unitLink))]
  }

  /** @param {Api.PolicyPreview | null} found */
  function drawSave(found) {
    if (isNew && (!found || found.matching.accounts + found.matching.sites === 0)) return
    const label = isNew && found ? text.protect(found.matching) : text.save
    fill(saveFrame, waitingButton(label, text.saving, () => save(found), { kind: "primary" }))
  }

  /** @param {Api.PolicyPreview | null} found */
  async function save(found) {
    let part = ""
    const at = (/** @type {string} */ now) => { part = now }
    try {
      const called = draft.name || text.defaultName[draft.kind]
      if (data.policy) {
        const workload = workloadOf(data.policy["@odata.type"])
        if (draft.name && draft.name !== data.policy.displayName) {
          await patch(v1`` + policyPath(workload, data.policy.id), { displayName: draft.name })
        }
        if ((isComplete(draft) && draft.kind !== "everything") || linesOf(draft.except).length > 0) await addTo(draft, workload, data.policy.id, at)
        return page.reload()
      }
      const made = filled(draft, wanted(), found)
      for (const workload of made) {
        await create(draft, workload, made.length > 1 ? `${called}: ${words.workloads[workload]}` : called, at)
        data.taken.push(workload)
      }
      fill(saveFrame)
      fill(done, said(text.saved(link(to`accounts`, text.toAccounts))))
    } catch (error) {
      fill(done, part && partial(text.partSaved(text.parts[part])), failure(error))
    }
  }

  /** @param {Api.Policy} policy */
  function present(policy) {
    const workload = workloadOf(policy["@odata.type"])
    const unit = unitOf(workload)
    const root = `${beta``}${policyPath(workload, policy.id)}/${unit}`
    const listOf = (/** @type {string} */ title, /** @type {string} */ path, /** @type {string} */ none, /** @type {(row: any) => Portal.Child} */ show) =>
      card(title, later(() => get(path, { top: 100 }, { signal }), (answer) => (answer.value.length === 0 ? quiet(none)
        : plainList(answer.value.map(show)))))
    return el("div", { class: "cards" },
      listOf(text.rules, `${root}InclusionRules`, text.noRules, (row) => text.rule(row[`${unit}Expression`], row.isAutoApplyEnabled)),
      policy.protectionMode === "fullServiceBackup" && listOf(text.exclusions, `${root}ExclusionUnits`, text.noExclusions, (row) => name(row.displayName ?? row.siteName ?? row.email ?? row.id)))
  }

  return {
    title: (found) => (found?.policy ? text.changeTitle(found.policy.displayName) : isNew ? text.newTitle : text.title),
    needs: isNew ? "Configuration.ReadWrite" : "Configuration.Read",
    load: async () => {
      const other = await otherController(signal)
      if (!isNew) return { policy: await get(beta`protectionPolicies/${place.params.id}`, { select: fields }, { signal }), taken: [], other }
      return { policy: null, taken: await takenWorkloads(signal), other }
    },
    render: (found) => {
      data = found
      const mayChange = page.can("Configuration.ReadWrite") && !data.other
      if (mayChange) {
        drawSteps()
        seen = later(see, drawSeen)
        fill(previewFrame, seen)
      }
      const { policy } = data
      return [data.other && partial(text.other(data.other)),
        policy && el("div", { class: "unit-facts" }, statusMark(policy.status), el("span", null, words.workloads[workloadOf(policy["@odata.type"])]), el("span", null, kept(policy)), countLink(policy)),
        policy && present(policy), mayChange && [steps, el("section", { class: "plan" }, el("h2", null, isNew || policy?.protectionMode !== "fullServiceBackup" ? text.preview : text.change), previewFrame, saveFrame, done)]]
    },
    command: () => (data.policy ? `holdfast policy show ${data.policy.id}` : "holdfast policy create --everyone"),
  }
}
