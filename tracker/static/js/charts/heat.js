// A heat map is its own table; here it becomes a picture, and is walked through by arrow keys.

import { decal, FONT, frame, textWidth } from "./looks.js";

const CELL = { width: 34, height: 24 };

export function drawHeat(element, { top = 0, paint, legend }) {
  const { base, text } = frame(paint);
  const rows = [...element.tBodies[0].rows];
  const columns = [...element.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const names = rows.map((row) => row.cells[0].textContent.trim());
  const side = Math.min(260, Math.max(...names.map((name) => textWidth(name)))) + 12;
  const head = Math.min(200, Math.max(...columns.map((name) => textWidth(name)))) + 14;
  const cells = rows.flatMap((row, y) => [...row.cells].slice(1).map((cell, x) => square(cell, x, y, paint)));
  const width = Math.max(side + columns.length * CELL.width + 32, 480);
  return {
    width,
    height: top + head + rows.length * CELL.height + 24,
    legend,
    option: {
      ...base,
      grid: { left: 16 + side, top: top + head, width: columns.length * CELL.width, height: rows.length * CELL.height },
      xAxis: { type: "category", position: "top", data: columns, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { ...text, rotate: -90, interval: 0, width: 190, overflow: "truncate" } },
      yAxis: { type: "category", inverse: true, data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { ...text, interval: 0, width: 250, overflow: "truncate" } },
      // In one go: what is taken along does not wait for the next frame.
      series: [{ type: "heatmap", progressive: 0, data: cells, label: { show: true }, emphasis: { disabled: true } }],
    },
  };
}

function square(cell, x, y, paint) {
  const step = [...cell.classList].find((name) => name.startsWith("heat-"));
  const gap = step === "heat-gap";
  const blank = step === "heat-0";
  const ink = gap ? "coral-ink" : blank ? "soft" : `${step}-ink`;
  return {
    value: [x, y, 0],
    itemStyle: { color: paint(gap ? "coral-weak" : blank ? "card" : step), borderColor: paint("card"), borderWidth: 2, borderRadius: 4, decal: gap ? decal("stripes", paint("gap-line")) : undefined },
    label: { formatter: cell.querySelector("a, span").firstChild.textContent.trim(), color: paint(ink), fontFamily: FONT, fontSize: 11 },
  };
}

// One stop for the Tab key instead of thousands; without a script every cell is one.
export function walkByArrows(element) {
  const grid = [...element.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
  const links = grid.flatMap((row) => row.slice(1)).filter(Boolean);
  const stop = (link) => links.forEach((each) => (each.tabIndex = each === link ? 0 : -1));
  stop(links[0]);
  element.addEventListener("focusin", ({ target }) => links.includes(target) && stop(target));
  element.addEventListener("keydown", (event) => {
    const [right, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [];
    const cell = event.target.closest("tbody td");
    if (right === undefined || !cell) return;
    event.preventDefault();
    let [x, y] = [cell.cellIndex + right, cell.parentElement.sectionRowIndex + down];
    while (grid[y] && x in grid[y] && !grid[y][x]) [x, y] = [x + right, y + down];
    grid[y]?.[x]?.focus();
  });
}
