// Deciding by keyboard: keys count only while a card has the focus, and press the card's own buttons.

const list = document.querySelector("[data-questions]");
const cards = [...(list?.querySelectorAll("[data-question]") ?? [])];

function focusOn(card) {
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function step(card, by) {
  const next = cards[cards.indexOf(card) + by];
  if (next) focusOn(next);
}

function press(card, key) {
  const control = card.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return false;
  control.click();
  // The box is ticked, and the next key is for the card again.
  if (control.type === "checkbox") card.focus({ preventScroll: true });
  return true;
}

function onKey(event) {
  const card = event.currentTarget;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
    if (event.key === "Escape") card.focus();
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") step(card, key === "j" ? 1 : -1);
  else if (key === "enter" && event.target === card) {
    if (!press(card, "1")) card.querySelector("[data-name]")?.focus();
  } else if (!/^[1-9a-z]$/.test(key) || !press(card, key)) return;
  event.preventDefault();
}

for (const card of cards) card.addEventListener("keydown", onKey);
for (const line of document.querySelectorAll("[data-keys]")) line.hidden = false;
document.documentElement.classList.add("has-keys");

const named = document.getElementById(location.hash.slice(1));
const failed = document.querySelector("[data-question] [aria-invalid=true]");
if (failed) failed.focus();
else if (named?.matches?.("[data-question]")) focusOn(named);
else if (!named && cards.length) cards[0].focus({ preventScroll: true });
