// Who else may come in: people who sign in, and programs with a secret.

import { ask } from "../parts/dialog.js"
import { field, select } from "../parts/form.js"
import { more } from "../parts/more.js"
import { acts, all, button, el, hf, momentAgo, name, patch, plain, post, quiet, remove, stateMark, wordsOf } from "./kit.js"
import { newPassword, showOnce } from "./settings-account.js"
import { liveCard } from "./settings-part.js"

/** @param {string} what @param {string} path */
const removal = (what, path) => {
  const text = wordsOf("settings")
  return ask({ title: text.removeTitle(what), body: text.removeBody, action: text.removeDo, kind: "danger", act: () => remove(path) })
}

const nameField = () => field(wordsOf("settings").name, { name: "name", required: true, autocomplete: "off" })

/** @param {Portal.Page} page */
export function operators({ signal }) {
  const text = wordsOf("settings")
  // The roles of a person; more than one only where the command line gave them.
  const roles = (/** @type {readonly string[]} */ given) => {
    let role = given[0] ?? "auditor"
    return { node: select(text.role, role, Object.entries(text.roleNames), (value) => { role = value }), value: () => [role] }
  }

  const add = () => {
    const chosen = roles([])
    return ask({
      title: text.add, action: text.addDo,
      body: [nameField(), chosen.node, newPassword(text.password)],
      act: (form) => post(hf`operators`, { name: form.get("name"), password: form.get("new"), roles: chosen.value() }),
    })
  }

  /** @param {Api.Operator} one */
  const changeRole = (one) => {
    const chosen = roles(one.roles)
    return ask({ title: text.roleOf(one.name), action: text.change, body: [chosen.node, quiet(text.roleEnds)], act: () => patch(hf`operators/${one.id}`, { roles: chosen.value() }) })
  }

  /** @param {Api.Operator} one */
  const reset = async (one) => {
    /** @type {string} */
    let password = ""
    const done = await ask({ title: text.resetOf(one.name), action: text.reset, body: text.resetBody, act: async () => { ({ password } = await post(hf`operators/${one.id}/resetPassword`)) } })
    return done && showOnce(text.resetOf(one.name), text.passwordWhy, password)
  }

  return liveCard(text.operators, () => all(hf`operators`, {}, { signal }), (people, { doing }) => [
    more({
      label: text.operators, rows: people, heads: text.operatorHeads,
      cells: (/** @type {Api.Operator} */ one) => [name(one.name), text.roleList(one.roles), text.factors[one.secondFactor], one.lastSignInDateTime ? momentAgo(one.lastSignInDateTime) : text.never,
        stateMark(one.status === "active" ? "ok" : "paused", text.states[one.status]),
        acts(
          one.status === "active"
            ? plain(text.disable, doing(() => patch(hf`operators/${one.id}`, { status: "disabled" })), text.disableOf(one.name))
            : plain(text.enable, doing(() => patch(hf`operators/${one.id}`, { status: "active" })), text.enableOf(one.name)),
          plain(text.changeRole, doing(() => changeRole(one)), text.roleOf(one.name)),
          plain(text.reset, doing(() => reset(one)), text.resetOf(one.name)),
          plain(text.remove, doing(() => removal(one.name, hf`operators/${one.id}`)), text.removeOf(one.name)))],
      empty: text.none,
    }),
    button(text.add, doing(add)),
  ])
}

/** @param {Portal.Page} page */
export function programs({ signal }) {
  const text = wordsOf("settings")
  const register = async () => {
    /** @type {Api.Program | null} */
    let made = null
    const done = await ask({
      title: text.addProgram, action: text.addDo,
      body: [nameField(), field(text.scopes, { tag: "textarea", name: "scopes", rows: 3, value: "BackupRestore-Restore.Read.All" })],
      act: async (form) => { made = await post(hf`programs`, { name: form.get("name"), scopes: String(form.get("scopes")).split(/\s+/).filter(Boolean) }) },
    })
    const program = /** @type {Api.Program | null} */ (made)
    return done && program && showOnce(text.secretTitle, text.secretBody(program.id), program.secret ?? "")
  }

  return liveCard(text.programs, () => all(hf`programs`, {}, { signal }), (found, { doing }) => [
    more({
      label: text.programs, rows: found, heads: text.programHeads,
      cells: (/** @type {Api.Program} */ one) => [name(one.name), el("code", null, one.id), el("details", null, el("summary", null, text.scopeCount(one.scopes.length)), one.scopes.map((scope) => el("div", null, el("code", null, scope)))),
        momentAgo(one.createdDateTime), plain(text.remove, doing(() => removal(one.name, hf`programs/${one.id}`)), text.removeOf(one.name))],
      empty: text.noPrograms,
    }),
    button(text.addProgram, doing(register)),
  ])
}
