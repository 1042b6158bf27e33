// The feed builder shows at once what is picked: it asks for its own page and takes over the parts marked data-live.
// Without this file the form is sent by its button.

const WAIT = 200;
const form = document.querySelector("[data-builder]");
const clear = document.getElementById("builder-clear");
let timer;
let request;

async function update() {
  clearTimeout(timer);
  request?.abort();
  request = new AbortController();
  // What is empty is left out: app.js sees to that for every form of filters.
  const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  try {
    const answer = await fetch(address, { signal: request.signal });
    if (!answer.ok && answer.status !== 400) return location.assign(address);
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    // Not worth a step back in the history each, but what is shown is what the address says.
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

function take(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    // A live region is read out again only where it says something new.
    if (fresh && fresh.innerHTML.trim() !== part.innerHTML.trim()) part.replaceChildren(...fresh.childNodes);
  }
  for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
  for (const field of document.querySelectorAll("#pick-name, [data-builder] [data-suggest]")) {
    const fresh = page.getElementById(field.id);
    field.placeholder = fresh.placeholder;
    field.ariaInvalid = fresh.ariaInvalid;
  }
  clear.hidden = page.getElementById("builder-clear").hidden;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(update, WAIT);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  // An organization is looked for once its name is whole: when its field is left or a suggestion taken.
  if (field.form === form && field.name && !field.dataset.suggest) later();
});
document.addEventListener("change", (event) => {
  if (event.target.form === form && event.target.dataset.suggest) update();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  update();
});

for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
