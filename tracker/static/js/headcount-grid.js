// Typing published figures: more rows without a round trip, Enter goes down, and a sum that follows.
// <form data-headcounts>; the server does all of it too, and decides.

const AT_LEAST = /^(≥|>=?|\+|at least|more than|over|al menos|por lo menos|más de|mais de|pelo menos)|\+%?$/i;
const ABOUT = /^(~|≈|about|around|approx\.?|circa|aprox\.?|unos|unas|uns|umas|cerca de|casi|quase)/i;
const ROUNDING = 1;
const TENTH = 0.1;

const form = document.querySelector("form[data-headcounts]");
const table = form.querySelector("[data-breakdown]");
const sums = table.querySelector("[data-sums]");
// Before anybody typed, the last row is a blank one.
const pristine = table.querySelector("tbody tr[data-free]:last-of-type")?.cloneNode(true);
const written = new Intl.NumberFormat({ en: "en-001", es: "es-419", pt: "pt-BR" }[document.documentElement.lang]);

// The figures of one cell: value, the range it leaves open, unit. What cannot be read counts nothing yet.
function figures(input) {
  return input.value.split(";").flatMap((text) => {
    const percent = text.includes("%");
    let digits = text.replace(/[^\d., ']/g, "").trim().replace(/^[.,' ]+/, "");
    if (!percent && /^[1-9]\d{0,2}([ .,'])\d{3}(\1\d{3})*$/.test(digits)) digits = digits.replace(/\D/g, "");
    const value = Number(digits.replace(",", "."));
    if (!/\d/.test(digits) || Number.isNaN(value)) return [];
    const off = ABOUT.test(text.trim()) ? value * TENTH : 0;
    const high = AT_LEAST.test(text.trim()) ? Infinity : value + off;
    return [{ value, low: value - off, high, unit: percent ? "percent" : "count" }];
  });
}

function agrees(parts, whole, unit) {
  const [lowest, highest] = unit === "percent" ? [100 - ROUNDING, 100 + ROUNDING] : [whole.low, whole.high];
  const low = parts.reduce((sum, part) => sum + part.low, 0);
  const high = parts.reduce((sum, part) => sum + part.high, 0);
  if (parts.length === 1 && high < lowest) return true;
  return low <= highest + 1e-6 && high >= lowest - 1e-6;
}

function describe(parts, whole, unit) {
  const sum = Math.round(parts.reduce((total, part) => total + part.value, 0) * 1e6) / 1e6;
  if (unit === "percent") return `${written.format(sum)}%`;
  if (!whole || whole.value === sum) return written.format(sum);
  const [text, total] = [sums.dataset.textOf, whole.input.value.trim()];
  const plain = /^\d+$/.test(total) ? written.format(Number(total)) : total;
  return text.replace("{sum}", written.format(sum)).replace("{total}", plain);
}

function addUp() {
  for (const cell of sums.querySelectorAll("[data-mode]")) {
    const mode = `input[data-mode="${cell.dataset.mode}"]`;
    const all = [...table.querySelectorAll(`tbody ${mode}`)].flatMap(figures);
    const input = form.querySelector(`tr[data-metric="${table.dataset.breakdown}"] ${mode}`);
    const total = figures(input).find((figure) => figure.unit === "count");
    const whole = total && { ...total, input };
    const shown = ["count", "percent"].flatMap((unit) => {
      const parts = all.filter((part) => part.unit === unit);
      if (!parts.length) return [];
      const span = document.createElement("span");
      span.className = "sum";
      span.textContent = describe(parts, whole, unit);
      span.classList.toggle("sum-off", (unit === "percent" || Boolean(whole)) && !agrees(parts, whole, unit));
      return [span, " "];
    });
    cell.replaceChildren(...(shown.length ? shown : ["–"]));
  }
}

// A new row is a blank one, numbered on.
function addRow() {
  if (!pristine) return null;
  const numbers = [...form.elements].map((field) => Number(/^r(\d+)-metric$/.exec(field.name)?.[1] ?? -1));
  const number = `r${Math.max(...numbers) + 1}-`;
  const row = pristine.cloneNode(true);
  for (const field of row.querySelectorAll("input")) {
    field.name = field.name.replace(/^r\d+-/, number);
    if (field.id) field.id = field.name;
  }
  table.tBodies[0].append(row);
  return row;
}

function below(input, step) {
  const row = input.closest("tr");
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  return next?.querySelector(input.dataset.mode ? `[data-mode="${input.dataset.mode}"]` : "th input:not([type=hidden])");
}

form.addEventListener("input", addUp);
form.addEventListener("click", (event) => {
  if (!event.target.closest("[data-more]")) return;
  const row = addRow();
  if (!row) return;
  event.preventDefault();
  row.querySelector("th input:not([type=hidden])").focus();
});
form.addEventListener("keydown", (event) => {
  const input = event.target.closest(".figure-grid input");
  if (!input || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[value=save]"));
  } else if (event.key === "Enter") {
    event.preventDefault();
    below(input, 1)?.select();
  } else if (input.dataset.mode && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    below(input, event.key === "ArrowDown" ? 1 : -1)?.select();
  }
});
