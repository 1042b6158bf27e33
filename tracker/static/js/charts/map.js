// The region, and its islands once more, larger. A place too small to be seen is a dot.

import { decal, FONT, format, frame, language, textWidth } from "./looks.js";
import { tip } from "./tips.js";

const STRETCH = 0.92;
// West, south, east, north of the islands that are drawn again.
const ISLANDS = [-85.2, 9.8, -58.7, 27.5];
const STEPS = 5;
const WIDE = 560;
const LABEL = `600 11px ${FONT}`;
let region = null;

export async function loadRegion() {
  if (region) return;
  const answer = await fetch(new URL("../../vendor/region.json", import.meta.url));
  if (!answer.ok) throw new Error(`No map: ${answer.status}`);
  region = await answer.json();
  for (const { properties, geometry } of region.features) Object.assign(properties, roomiest(geometry.coordinates));
}

// Where a figure has most room in a shape, and how many degrees it has there.
function roomiest(polygons) {
  let [cp, room, best] = [undefined, 0, 0];
  for (const [ring] of polygons) {
    const [, south, , north] = extent(ring);
    for (let step = 1; step < 24; step += 1) {
      const y = south + ((north - south) * step) / 24;
      const crossings = ring.slice(1).flatMap(([u, v], index) => {
        const [x, w] = ring[index];
        return w > y === v > y ? [] : [x + ((y - w) / (v - w)) * (u - x)];
      });
      crossings.sort((a, b) => a - b);
      for (let index = 0; index < crossings.length; index += 2) {
        const across = crossings[index + 1] - crossings[index];
        // Near the middle of the height there is room above and below too.
        const worth = across * (1 - Math.abs(step / 24 - 0.5));
        if (worth > best) [cp, room, best] = [[crossings[index] + across / 2, y], across, worth];
      }
    }
  }
  return { cp, room };
}

const points = (feature) => feature.geometry.coordinates.flat(2);

function bounds(features) {
  return extent(features.flatMap(points));
}

function extent(all) {
  const [across, up] = [all.map(([x]) => x), all.map(([, y]) => y)];
  return [Math.min(...across), Math.min(...up), Math.max(...across), Math.max(...up)];
}

function within(feature, [west, south, east, north]) {
  return points(feature).every(([x, y]) => x >= west && x <= east && y >= south && y <= north);
}

function dotted(feature, radius) {
  if (!feature.properties.dot) return feature;
  const [x, y] = feature.properties.dot;
  const ring = Array.from({ length: 25 }, (_value, index) => {
    const angle = (index / 12) * Math.PI;
    return [x + (radius / STRETCH) * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return { ...feature, geometry: { type: "MultiPolygon", coordinates: [[ring]] } };
}

// Where a map of these bounds goes in a box, and how many pixels a degree takes there.
function fit([west, south, east, north], box) {
  const [across, up] = [(east - west) * STRETCH, north - south];
  const scale = Math.min(box.width / across, box.height / up);
  return { scale, left: box.left + (box.width - across * scale) / 2, top: box.top + (box.height - up * scale) / 2, width: across * scale, height: up * scale };
}

// Few classes of round numbers: 1–4, 5–19, 20–99 …; equal steps would put all but the largest into the first.
export function classes(values) {
  const most = Math.max(0, ...values);
  if (most <= STEPS) return Array.from({ length: Math.ceil(most) }, (_value, index) => ({ from: index + 1, to: index + 1 }));
  const starts = new Set([1]);
  for (let step = 1; step < STEPS; step += 1) starts.add(rounded(most ** (step / STEPS)));
  const sorted = [...starts].filter((start) => start <= most).sort((a, b) => a - b);
  return sorted.map((from, index) => ({ from, to: (sorted[index + 1] ?? most + 1) - 1, last: index === sorted.length - 1 }));
}

function rounded(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  const far = (step) => Math.abs(Math.log(number / (step * power)));
  return Math.max(2, power * [1, 2, 5, 10].reduce((best, step) => (far(step) < far(best) ? step : best)));
}

// With few classes the strong shades are used too, so that the most stands out.
function shade(index, count) {
  return count <= 1 ? STEPS : 1 + Math.round((index * (STEPS - 1)) / (count - 1));
}

function inWords({ from, to, last }) {
  if (from === to) return format(from);
  return last ? `${format(from)}+` : `${format(from)}–${format(to)}`;
}

export function drawMap(table, _kind, { width, top = 0, edge = 0, paint, texts }) {
  const drawn = table.series.at(-1);
  const figures = new Map(table.keys.map((key, row) => [key, { row, value: drawn.data[row] }]));
  const known = new Set(region.features.map((feature) => feature.properties.name));
  const groups = classes([...figures].filter(([key]) => known.has(key)).map(([, each]) => each.value ?? 0));
  const look = (value) => {
    if (value === undefined || value === 0) return { token: "sunken", ink: "soft" };
    if (value === null) return { token: "sunken", ink: "soft", texture: "stripes" };
    const step = shade(groups.findLastIndex((group) => value >= group.from), groups.length);
    return { token: `heat-${step}`, ink: `heat-${step}-ink` };
  };

  const wide = width >= WIDE;
  const inner = width - 2 * edge;
  const tall = wide ? 420 : Math.min(width * 1.05, 420);
  const beside = wide ? inner * 0.46 : inner;
  const main = fit(bounds(region.features), { left: edge, top: top + 4, width: wide ? inner - beside - 16 : inner, height: tall - 8 });
  const closer = fit(ISLANDS, wide
    ? { left: edge + inner - beside + 12, top: top + 28, width: beside - 24, height: tall - 48 }
    : { left: edge + 12, top: top + tall + 28, width: inner - 24, height: inner * 0.74 });
  const islands = region.features.filter((feature) => within(feature, ISLANDS));

  const { base, text } = frame(paint);
  const item = (feature, scale) => {
    const name = feature.properties.name;
    const found = figures.get(name);
    const { token, ink, texture } = look(found?.value);
    const color = paint(token);
    return {
      name,
      value: found?.value ?? undefined,
      itemStyle: { areaColor: color, color, decal: decal(texture, paint("control-line")) },
      emphasis: { itemStyle: { areaColor: color, borderColor: paint("ink"), borderWidth: 2 } },
      cursor: found && drawn.urls[found.row] ? "pointer" : "default",
      label: { show: Boolean(found?.value) && fits(feature, scale, drawn.texts[found.row]), formatter: found ? drawn.texts[found.row] : "", color: paint(ink), fontFamily: FONT, fontSize: 11, fontWeight: 600 },
    };
  };
  const layer = (name, features, place, box) => {
    window.echarts.registerMap(name, { type: "FeatureCollection", features });
    return {
      type: "map",
      map: name,
      left: place.left,
      top: place.top,
      width: place.width,
      height: place.height,
      aspectScale: STRETCH,
      boundingCoords: [[box[0], box[3]], [box[2], box[1]]],
      selectedMode: false,
      itemStyle: { borderColor: paint("map-line"), borderWidth: 0.75, areaColor: paint("sunken") },
      emphasis: { label: { show: false } },
      data: features.map((feature) => item(feature, place.scale)),
    };
  };
  const around = { x: closer.left - 11.5, y: closer.top - 27.5, width: closer.width + 23, height: closer.height + 39, r: 8 };
  const hatched = { name: texts.unknown, token: "sunken", edge: "map-line", texture: "stripes", strokes: "control-line" };
  return {
    height: Math.ceil(wide ? top + tall : closer.top + closer.height + 14),
    legend: [
      { name: texts.none, token: "sunken", edge: "map-line" },
      ...groups.map((group, index) => ({ name: inWords(group), token: `heat-${shade(index, groups.length)}`, edge: "map-line" })),
      ...([...figures].some(([key, each]) => known.has(key) && each.value === null) ? [hatched] : []),
    ],
    note: outside(table, drawn, known, texts),
    url: ({ name }) => drawn.urls[figures.get(name)?.row],
    option: {
      ...base,
      tooltip: {
        ...base.tooltip,
        trigger: "item",
        formatter: ({ name }) => {
          const row = figures.get(name)?.row;
          return tip(row === undefined ? placeName(name) : table.names[row], [{ name: drawn.name, text: row === undefined ? texts.none : drawn.texts[row] }]);
        },
      },
      graphic: [
        { type: "rect", silent: true, z: -1, shape: around, style: { fill: "none", stroke: paint("line") } },
        { type: "text", silent: true, x: closer.left, y: closer.top - 18, style: { text: texts.islands, fill: text.color, font: `600 12px ${FONT}` } },
      ],
      series: [
        layer("region", region.features.map((feature) => (within(feature, ISLANDS) ? feature : dotted(feature, 0.9))), main, bounds(region.features)),
        layer("islands", islands.map((feature) => dotted(feature, 0.33)), closer, ISLANDS),
      ],
    },
  };
}

function fits({ properties }, scale, text) {
  return !properties.dot && properties.room * STRETCH * scale > textWidth(text, LABEL) + 8;
}

function placeName(alpha2) {
  return new Intl.DisplayNames([language], { type: "region" }).of(alpha2) ?? alpha2;
}

function outside(table, drawn, known, texts) {
  const left = table.keys.map((key, row) => [key, row]).filter(([key, row]) => !known.has(key) && drawn.data[row] !== 0);
  if (!left.length) return "";
  const list = left.map(([, row]) => `${table.names[row]} ${drawn.texts[row]}`);
  return texts.outside.replace("{list}", new Intl.ListFormat(language, { style: "narrow", type: "conjunction" }).format(list.slice(0, 30)) + (left.length > 30 ? " …" : ""));
}
