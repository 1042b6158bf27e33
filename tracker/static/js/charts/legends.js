// One list of what colors, textures and dashes mean, written as HTML on the page and drawn into a picture.
// An item: {name, token, edge, texture, strokes, dash, marker}; one with a dash is a line.

import { FONT, SMALL, textWidth } from "./looks.js";

const SVG = "http://www.w3.org/2000/svg";
const LINE = 26;
const BOX = 12;
// Corners around the middle; a circle has many.
const CORNERS = {
  circle: Array.from({ length: 16 }, (_value, index) => [3.5 * Math.cos((index * Math.PI) / 8), 3.5 * Math.sin((index * Math.PI) / 8)]),
  rect: [[-3, -3], [3, -3], [3, 3], [-3, 3]],
  triangle: [[0, -4], [4, 3], [-4, 3]],
  diamond: [[0, -4.5], [4, 0], [0, 4.5], [-4, 0]],
};

// Lines in a box, from the lower left: across, up, to across, up.
const MARKS = {
  stripes: [[0, 0, 12, 12], [0, 7, 5, 12], [7, 0, 12, 5]],
  slant: [[0, 12, 12, 0], [0, 5, 5, 0], [7, 12, 12, 7]],
  dots: [[3, 3, 3.1, 3], [9, 3, 9.1, 3], [6, 6, 6.1, 6], [3, 9, 3.1, 9], [9, 9, 9.1, 9]],
  bars: [[3, 0, 3, 12], [6, 0, 6, 12], [9, 0, 9, 12]],
};

function corners(marker, x, y) {
  return CORNERS[marker].map(([across, down]) => [x + across, y + down]);
}

function shape(attributes) {
  const path = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
  return path;
}

export function swatch({ token, edge, texture, strokes, dash, marker }) {
  if (!dash) {
    const box = document.createElement("i");
    box.className = texture ? `swatch texture-${texture}` : "swatch";
    box.style.setProperty("--swatch", `var(--${token})`);
    if (strokes) box.style.setProperty("--texture", `var(--${strokes})`);
    if (edge) box.style.setProperty("--edge", `var(--${edge})`);
    return box;
  }
  const line = document.createElementNS(SVG, "svg");
  line.setAttribute("class", "swatch-line");
  line.style.setProperty("--swatch", `var(--${token})`);
  line.setAttribute("viewBox", "0 0 26 10");
  line.append(shape({ d: "M0 5h26", "stroke-dasharray": dash === "solid" ? "none" : dash.join(" ") }), shape({ d: `M${corners(marker, LINE / 2, 5).join("L")}z` }));
  return line;
}

export function legendList(items) {
  const list = document.createElement("ul");
  list.className = "chart-legend";
  // The table says it all; a list of swatches tells a listener nothing.
  list.setAttribute("aria-hidden", "true");
  for (const item of items) {
    const entry = list.appendChild(document.createElement("li"));
    entry.append(swatch(item), item.name);
  }
  return list;
}

// Lines of swatches and names, as elements of ECharts' "graphic", and where they end.
export function legendDrawing(items, { left, top, width }, paint) {
  const elements = [];
  let [x, y] = [left, top + BOX / 2];
  for (const item of items) {
    const sign = item.dash ? LINE : BOX;
    const needed = sign + (item.name ? 6 + textWidth(item.name) : 0);
    if (x > left && x + needed > left + width) [x, y] = [left, y + 20];
    elements.push(...sample(item, x, y, paint));
    const style = { text: item.name, fill: paint("soft"), font: `${SMALL}px ${FONT}`, verticalAlign: "middle" };
    elements.push({ type: "text", x: x + sign + 6, y, silent: true, style });
    x += needed + (item.name ? 18 : 4);
  }
  return { elements, bottom: items.length ? y + BOX : top };
}

function sample({ token, edge, dash, marker, texture, strokes = "decal" }, x, y, paint) {
  const fill = paint(token);
  if (dash) {
    const line = { stroke: fill, lineWidth: 2.25, lineDash: dash === "solid" ? null : dash };
    return [
      { type: "line", silent: true, shape: { x1: x, y1: y, x2: x + LINE, y2: y }, style: line },
      { type: "polygon", silent: true, shape: { points: corners(marker, x + LINE / 2, y) }, style: { fill } },
    ];
  }
  const [top, bottom] = [y - BOX / 2, y + BOX / 2];
  const box = { type: "rect", silent: true, shape: { x, y: top, width: BOX, height: BOX, r: 2 }, style: { fill, stroke: edge ? paint(edge) : null } };
  const marks = (texture ? MARKS[texture] : []).map(([from, low, to, high]) => ({
    type: "line",
    silent: true,
    shape: { x1: x + from, y1: bottom - low, x2: x + to, y2: bottom - high },
    style: { stroke: paint(strokes), lineWidth: 1.5, lineCap: texture === "dots" ? "round" : "butt" },
  }));
  return [box, ...marks];
}
