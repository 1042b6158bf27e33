// Takes a chart along as PNG or SVG: light, with its title and legend, as wide as a page of a document.

import { FONT, onPaper } from "./looks.js";
import { legendDrawing } from "./legends.js";

const WIDTH = 960;
const EDGE = 16;
const TITLE = `600 18px ${FONT}`;
const NOTE = `12px ${FONT}`;

export function takeAlong(title, kind, draw) {
  const settings = { width: WIDTH, edge: EDGE, paint: onPaper };
  const { width = WIDTH, legend } = draw(settings);
  const inner = width - 2 * EDGE;
  const key = legendDrawing(legend, { left: EDGE, top: 52, width: inner }, onPaper);
  const drawing = draw({ ...settings, top: key.bottom + 8 });
  const below = drawing.note ? 28 : 0;
  const size = { width, height: Math.ceil(drawing.height + below + EDGE) };
  const chart = window.echarts.init(document.createElement("div"), null, { renderer: kind === "svg" ? "svg" : "canvas", devicePixelRatio: 2, ...size });
  chart.setOption({
    ...drawing.option,
    backgroundColor: onPaper("card"),
    graphic: [
      ...(drawing.option.graphic ?? []),
      ...key.elements,
      line(title, 18, onPaper("ink"), TITLE, inner),
      ...(below ? [line(drawing.note, drawing.height + 8, onPaper("soft"), NOTE, inner)] : []),
    ],
  });
  const address = kind === "svg"
    ? URL.createObjectURL(new Blob([chart.renderToSVGString()], { type: "image/svg+xml" }))
    : chart.getDataURL({ type: "png", pixelRatio: 2 });
  chart.dispose();
  save(address, `${fileName(title)}.${kind}`);
}

function line(text, top, fill, font, width) {
  return { type: "text", left: EDGE, top, style: { text, fill, font, width, overflow: "truncate" } };
}

function save(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function fileName(title) {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80) || "chart";
}
