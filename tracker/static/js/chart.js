// Draws <table data-chart="…"> into the .chart of its .chart-figure; the table stays, as the chart in words.
// The kinds, and what a table has to look like, are described in templates/macros/charts.html.

import { drawHeat, walkByArrows } from "./charts/heat.js";
import { legendList } from "./charts/legends.js";
import { FONT, onPage } from "./charts/looks.js";
import { drawMap, loadRegion } from "./charts/map.js";
import { takeAlong } from "./charts/pictures.js";
import { drawSeries } from "./charts/series.js";
import { readTable } from "./charts/tables.js";

const KINDS = { bar: drawSeries, line: drawSeries, stacked: drawSeries, share: drawSeries, map: drawMap };

function textsOf({ dataset }) {
  return { none: dataset.textNone, unknown: dataset.textUnknown, outside: dataset.textOutside, islands: dataset.textIslands };
}

function show(figure, element) {
  const kind = element.dataset.chart;
  const place = figure.querySelector(".chart");
  const table = readTable(element);
  const texts = textsOf(figure);
  const draw = (settings) => KINDS[kind](table, kind, { ...settings, texts });
  // Something to measure: an empty .chart is hidden.
  place.replaceChildren(document.createElement("div"));
  const chart = window.echarts.init(place, null, { renderer: "svg", height: 1 });
  let drawing = null;
  let width = 0;

  function redraw() {
    if (!place.clientWidth || place.clientWidth === width) return;
    width = place.clientWidth;
    drawing = draw({ width, paint: onPage });
    place.style.height = `${drawing.height}px`;
    chart.resize({ width, height: drawing.height });
    chart.setOption(drawing.option, true);
    // Paper is narrower than the screen: with it the drawing shrinks as a whole.
    place.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${drawing.height}`);
  }
  redraw();
  if (drawing) explain(figure, place, drawing);
  new ResizeObserver(redraw).observe(place);
  chart.on("click", (params) => follow(drawing.url(params), params.event?.event));
  offer(figure, (picture) => takeAlong(table.title, picture, draw));
}

function explain(figure, place, drawing) {
  if (drawing.legend.length) place.before(legendList(drawing.legend));
  if (!drawing.note) return;
  const note = document.createElement("p");
  note.className = "chart-note";
  note.textContent = drawing.note;
  place.after(note);
}

function follow(address, event) {
  if (!address) return;
  if (event?.ctrlKey || event?.metaKey) window.open(address);
  else location.assign(address);
}

function offer(figure, take) {
  const tools = figure.querySelector(".chart-tools");
  if (!tools) return;
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-picture]")) {
    button.addEventListener("click", () => take(button.dataset.picture));
  }
}

function showHeat(figure, element) {
  const gap = figure.querySelector(".heat-gap-key")?.textContent.trim();
  const legend = [
    ...[1, 2, 3, 4, 5].map((step) => ({ name: step === 1 ? figure.dataset.textFewer : step === 5 ? figure.dataset.textMore : "", token: `heat-${step}` })),
    ...(gap ? [{ name: gap, token: "coral-weak", edge: "gap-line", texture: "stripes", strokes: "gap-line" }] : []),
  ];
  walkByArrows(element);
  offer(figure, (picture) => takeAlong(figure.dataset.title, picture, (settings) => drawHeat(element, { ...settings, legend })));
}

// Without the drawing, the words: the table is opened.
function fallBack(figure) {
  figure.querySelector(".chart")?.remove();
  figure.querySelector("details")?.setAttribute("open", "");
}

async function start() {
  const elements = [...document.querySelectorAll("table[data-chart]")];
  // Labels are measured before they are drawn.
  await document.fonts.load(`12px ${FONT}`).catch(() => null);
  for (const element of elements) {
    const figure = element.closest("figure");
    try {
      if (element.dataset.chart === "heat") showHeat(figure, element);
      else {
        if (element.dataset.chart === "map") await loadRegion();
        show(figure, element);
      }
    } catch (error) {
      fallBack(figure);
      console.error(error);
    }
  }
}

if (window.echarts) start();
else document.querySelectorAll(".chart-figure").forEach(fallBack);
