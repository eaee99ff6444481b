// Dark, light, or as the system is; look.js sets it before the first paint.

const storage = "holdfast.look"

export const chosenLook = () => localStorage.getItem(storage) ?? "auto"

/** @param {string} look */
export function chooseLook(look) {
  if (look === "auto") {
    localStorage.removeItem(storage)
    delete document.documentElement.dataset.look
  } else {
    localStorage.setItem(storage, look)
    document.documentElement.dataset.look = look
  }
}
