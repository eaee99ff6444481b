import { el } from "../dom.js"
import { heading } from "../parts/states.js"
import { wordsOf } from "../words.js"

/** @param {Portal.Page} page @returns {Portal.View<{}>} */
export default function overview(page) {
  const text = wordsOf("overview")
  void page
  return {
    title: () => text.title,
    load: async () => ({}),
    render: () => el("article", null, heading(text.title)),
  }
}
