// Values put into fields on someone's behalf: only where nothing was typed, or where an earlier fill still stands.

const filled = (field) => field.dataset.autofilled;

function mayFill(field) {
  if (["checkbox", "radio", "hidden"].includes(field.type)) return false;
  return field.value === "" || field.value === filled(field) || isUntouchedSelect(field);
}

// A select always has a value; one that still shows what the server chose counts as not yet decided.
function isUntouchedSelect(field) {
  if (field.tagName !== "SELECT" || "touched" in field.dataset) return false;
  const initial = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex === Math.max(initial, 0);
}

function forget(event) {
  delete event.target.dataset.autofilled;
  event.target.dataset.touched = "";
}

/** Fill the fields of `form` named in `values`; says which were filled. */
export function autofill(form, values) {
  const done = [];
  for (const [name, value] of Object.entries(values ?? {})) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLElement) || value === null || !mayFill(field)) continue;
    if (field.value === String(value)) continue;
    field.value = value;
    if (value === "" || field.value === "") delete field.dataset.autofilled;
    else field.dataset.autofilled = field.value;
    field.addEventListener("input", forget, { once: true });
    done.push(name);
  }
  return done;
}
