// What floats over a chart. Elements, not markup: the site's policy refuses the style attributes ECharts would write.

export function tip(title, rows) {
  const box = document.createElement("div");
  const head = box.appendChild(document.createElement("strong"));
  head.textContent = title;
  for (const { swatch, name, text } of rows) {
    const line = box.appendChild(document.createElement("div"));
    line.className = "chart-tip-row";
    if (swatch) line.append(swatch);
    if (name) line.appendChild(document.createElement("span")).textContent = name;
    line.appendChild(document.createElement("b")).textContent = text;
  }
  return box;
}
