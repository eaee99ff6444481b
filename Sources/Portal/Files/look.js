// Sets the chosen look before the first paint; not a module, because modules run too late for that.
{
  const look = localStorage.getItem("holdfast.look")
  if (look === "light" || look === "dark") document.documentElement.dataset.look = look
}
