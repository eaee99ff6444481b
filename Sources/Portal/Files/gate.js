// Comfort on the pages before the portal, which work without it: a password that can be shown, a code in two halves.

import { el } from "./dom.js"

for (const input of document.querySelectorAll('input[type="password"]')) {
  if (!(input instanceof HTMLInputElement)) continue
  const label = input.closest("label")
  label?.after(el("label", { class: "show" }, el("input", { type: "checkbox", on: { change: (event) => input.setAttribute("type", event.target.checked ? "text" : "password") } }),
    input.dataset.show ?? ""))
}
const code = document.querySelector(".code-field")
if (code instanceof HTMLInputElement) {
  const length = Number(code.dataset.length)
  code.addEventListener("input", () => {
    if (code.selectionStart !== code.value.length) return
    const plain = code.value.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, length)
    code.value = [plain.slice(0, length / 2), plain.slice(length / 2)].filter(Boolean).join("-")
  })
}
if (document.querySelector(".trouble")?.textContent) document.querySelector("input:not([type=hidden])")?.setAttribute("aria-invalid", "true")
