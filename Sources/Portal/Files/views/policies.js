// What is protected, how often, and how long?

import { ask } from "../parts/dialog.js"
import { more } from "../parts/more.js"
import {
  acting, acts, all, aside, beta, el, empty, failure, fill, isoSeconds, lead, link, linkButton, name, para, partial, plain, quiet, to, words, wordsOf,
} from "./kit.js"
import { countLink, fields, kept, otherController, statusMark } from "./policy-parts.js"
import { discard, pause, resume, workloadOf } from "./policy-save.js"

/** @param {Portal.Page} page @returns {Portal.View<{ policies: Api.Policy[], other: string | null }>} */
export default function policies(page) {
  const text = wordsOf("policies")
  const { signal } = page
  const trouble = el("div")
  const frame = el("div", { class: "policies" })

  const load = async () => {
    const [found, other] = await Promise.all([all(beta`protectionPolicies`, { select: fields }, { signal }), otherController(signal)])
    return { policies: found, other }
  }
  const again = () => void load().then(draw, (error) => fill(trouble, failure(error)))
  const doing = acting(trouble, again)

  /** @param {Api.Policy} policy */
  function actions(policy) {
    const { displayName } = policy
    const last = Date.now() + Math.max(...policy.retentionSettings.map((one) => isoSeconds(one.period))) * 1000
    return acts(linkButton(to`policies/${policy.id}`, text.change, "plain", text.changeOf(displayName)),
      policy.status === "inactive" ? plain(text.resume, doing(() => resume(policy)), text.resumeOf(displayName))
        : plain(text.pause, doing(() => ask({ title: text.pauseTitle(displayName), body: text.pauseBody, action: text.pauseDo, act: () => pause(policy) })), text.pauseOf(displayName)),
      plain(text.remove, doing(() => ask({ title: text.removeTitle(displayName), kind: "danger", action: text.removeDo, act: () => discard(policy),
        body: [para(text.removeBody(policy.protectionPolicyArtifactCount?.total ?? 0, new Date(last).toISOString())), policy.status !== "inactive" && quiet(text.removePaused)],
        typed: { label: text.removeTyped(displayName), expected: displayName.trim() } })), text.removeOf(displayName)))
  }

  /** @param {{ policies: Api.Policy[], other: string | null }} found */
  function draw({ policies: found, other }) {
    const mayChange = page.can("Configuration.ReadWrite") && !other
    const write = mayChange && linkButton(to`policies/new`, text.write, "primary")
    fill(trouble)
    fill(frame, other && partial(text.other(other)), found.length === 0 ? empty(text.none, write) : [
      el("div", { class: "page-head" }, lead(text.sentence(found.length)), write),
      more({
        label: text.label, rows: found, heads: text.columns,
        cells: (/** @type {Api.Policy} */ policy) => [link(to`policies/${policy.id}`, name(policy.displayName)),
          [words.workloads[workloadOf(policy["@odata.type"])], aside(" · ", text.modes[policy.protectionMode === "fullServiceBackup" ? "fullServiceBackup" : "standard"])],
          kept(policy), countLink(policy), statusMark(policy.status), mayChange && actions(policy)],
      })])
  }

  return {
    title: () => text.title, needs: "Configuration.Read", columns: Object.values(text.columns), load,
    render: (found) => {
      draw(found)
      page.follow(["policies"], () => again())
      return [trouble, frame]
    },
    command: () => "holdfast policy list",
  }
}
