// Days of the month by arrow keys; without this every day is a link that Tab reaches.

const MILLISECONDS = 86_400_000;
const table = document.querySelector("[data-calendar]");
const days = [...table.querySelectorAll("[data-day]")];

function at(iso) {
  return days.find((day) => day.dataset.day === iso);
}

function moved(iso, number) {
  return new Date(Date.parse(iso) + number * MILLISECONDS).toISOString().slice(0, 10);
}

// One day takes part in the Tab order: the last one looked at, else today, else the first.
function rove(day) {
  for (const each of days) each.tabIndex = each === day ? 0 : -1;
}

function focusDay(day) {
  rove(day);
  day.focus();
}

// The same day of the month before or after, or its last where that month is shorter.
function sameDay(iso, months) {
  const [year, month, day] = iso.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}

// Another month is another page; the day to go on from is in its address.
function leave(side, iso) {
  const link = document.querySelector(side < 0 ? "[data-previous]" : "[data-next]");
  if (link) location.assign(`${link.getAttribute("href")}#day-${iso}`);
}

function go(from, iso) {
  const day = at(iso);
  if (day) focusDay(day);
  else leave(iso < from ? -1 : 1, iso);
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

table.addEventListener("keydown", (event) => {
  const day = event.target.closest("[data-day]");
  if (!day || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const iso = day.dataset.day;
  const place = [...day.closest("tr").querySelectorAll("[data-day]")];
  if (event.key in STEPS) go(iso, moved(iso, STEPS[event.key]));
  else if (event.key === "Home") focusDay(place[0]);
  else if (event.key === "End") focusDay(place.at(-1));
  else if (event.key === "PageUp") leave(-1, sameDay(iso, -1));
  else if (event.key === "PageDown") leave(1, sameDay(iso, 1));
  else return;
  event.preventDefault();
});

table.addEventListener("focusin", (event) => {
  const day = event.target.closest("[data-day]");
  if (day) rove(day);
});

rove(days.find((day) => day.getAttribute("aria-current")) ?? days[0]);
const asked = at(location.hash.replace("#day-", ""));
if (asked) focusDay(asked);
document.querySelector("[data-calendar-hint]").hidden = false;
