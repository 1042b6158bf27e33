// Logging an event: the space, the place and the start suggest the rest. <form data-event-form data-defaults="/events/new/defaults">

import { autofill } from "./autofill.js";

function field(form, name) {
  const found = form.elements.namedItem(name);
  return found instanceof HTMLElement ? found : null;
}

function suggester(form) {
  let request;
  return async (names) => {
    request?.abort();
    request = new AbortController();
    const address = new URL(form.dataset.defaults ?? "/events/new/defaults", location.href);
    for (const name of names) address.searchParams.set(name, field(form, name)?.value ?? "");
    try {
      const answer = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
      if (answer.ok) autofill(form, await answer.json());
    } catch (error) {
      // A suggestion that does not come leaves the field to be typed.
      if (error.name !== "AbortError") console.warn(error);
    }
  };
}

function onChange(form, names, action) {
  for (const name of names) field(form, name)?.addEventListener("change", action);
}

// The end follows the start until somebody sets an end of their own.
function followStart(form, startName, endName) {
  const start = field(form, startName);
  const end = field(form, endName);
  if (!start || !end) return;
  let previous = start.value;
  start.addEventListener("change", () => {
    const follows = end.value === "" || end.value === previous || end.value === end.dataset.autofilled;
    // "2026-09" sorts before "2026-09-04", so a plain comparison serves month- and year-only dates too.
    if (start.value && (follows || end.value < start.value)) {
      end.value = start.value;
      end.dataset.autofilled = start.value;
      end.addEventListener("input", () => delete end.dataset.autofilled, { once: true });
    }
    previous = start.value;
  });
}

for (const form of document.querySelectorAll("form[data-event-form]")) {
  const bySpace = suggester(form);
  const byPlace = suggester(form);
  onChange(form, ["space_code"], () => bySpace(["space_code"]));
  onChange(form, ["country", "city"], () => byPlace(["country", "city"]));
  followStart(form, "start_date", "end_date");
}
