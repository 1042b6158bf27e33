// Comfort on every page; nothing here is needed to use one.

const TWICE = 2000;

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-site-search]");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && search) {
    event.preventDefault();
    // On a phone the box is folded away: go to the page of search instead.
    if (search.checkVisibility()) search.select();
    else location.assign(search.form.action);
  }
  if (event.key === "Escape") closeMenus(null, true);
});

document.addEventListener("click", (event) => closeMenus(event.target));

function closeMenus(except, refocus = false) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (except && menu.contains(except)) continue;
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (refocus && hadFocus) menu.querySelector("summary").focus();
  }
}

// A second click on a slow form is a slip. The button stays enabled, so that its name and value are sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const now = Date.now();
  if (now - Number(form.dataset.submitted ?? 0) < TWICE) return event.preventDefault();
  form.dataset.submitted = now;
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => event.submitter?.removeAttribute("aria-disabled"), TWICE);
});

// Empty filters leave the address, so that it stays one worth sharing.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-filters], .site-search")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = document.body.dataset.textCopied ?? "✓";
  } catch {
    // Without leave to write, the address is selected and Ctrl C copies it.
  }
});

for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
document.querySelector("[data-error-summary]")?.focus();

// Tabs that do not fit go past the edge; the one that is open stays in sight.
for (const tabs of document.querySelectorAll(".tabs")) {
  const open = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
  if (!open) continue;
  tabs.scrollLeft += open.left - tabs.getBoundingClientRect().left - (tabs.clientWidth - open.width) / 2;
}
