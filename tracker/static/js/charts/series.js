// Bars, lines, stacked bars and shares.

import { decal, format, frame, percent, seriesLook, textWidth } from "./looks.js";
import { swatch } from "./legends.js";
import { tip } from "./tips.js";

const ROW = 30;
const AXIS = 34;
const LOW = 224;

function looks(kind, series) {
  if (kind !== "bar") return series.map((each, index) => ({ name: each.name, ...seriesLook(index), ...(kind === "line" ? { texture: null } : { dash: null }) }));
  const pair = [{ token: "bar-pale", edge: "bar" }, { token: "bar" }].slice(-series.length);
  return series.map((each, index) => ({ name: each.name, ...(pair[index] ?? seriesLook(index)), dash: null }));
}

// Labels that do not fit beneath their columns go beside rows.
function liesAcross(kind, labels, width) {
  if (kind === "line") return false;
  const column = (width - 48) / Math.max(labels.length, 1);
  return labels.length > 1 && Math.max(...labels.map((label) => textWidth(label))) > column - 6;
}

function shares(series) {
  const totals = series[0].data.map((_value, row) => series.reduce((sum, each) => sum + (each.data[row] ?? 0), 0));
  return series.map((each) => each.data.map((value, row) => (value === null || !totals[row] ? null : value / totals[row])));
}

export function drawSeries(table, kind, { width, top = 0, edge = 0, paint }) {
  const stacked = kind === "stacked" || kind === "share";
  const values = kind === "share" ? shares(table.series) : table.series.map((each) => each.data);
  const items = looks(kind, table.series);
  const across = liesAcross(kind, table.labels, width);
  const { base, text } = frame(paint);
  const names = {
    type: "category",
    data: table.labels,
    inverse: across,
    boundaryGap: kind !== "line" || table.labels.length === 1,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: paint("line") } },
    axisLabel: { ...text, ...(kind === "line" ? { hideOverlap: true } : { interval: 0 }), ...(across && { width: Math.min(160, width * 0.4), overflow: "truncate" }) },
  };
  const numbers = {
    type: "value",
    ...(kind === "share" ? { interval: 0.25 } : { minInterval: 1 }),
    max: kind === "share" ? 1 : null,
    splitNumber: 3,
    axisLabel: { ...text, formatter: kind === "share" ? percent : format, hideOverlap: true },
    splitLine: { lineStyle: { color: paint("line") } },
  };
  return {
    height: top + (across ? Math.max(LOW, table.labels.length * ROW * (stacked ? 1 : Math.min(table.series.length, 2) * 0.75) + AXIS) : LOW),
    legend: items.length > 1 ? items : [],
    url: ({ seriesIndex, dataIndex }) => table.series[seriesIndex]?.urls[dataIndex],
    option: {
      ...base,
      grid: { left: 4 + edge, right: 16 + edge, top: top + 12, bottom: 4, containLabel: true },
      tooltip: {
        ...base.tooltip,
        trigger: "axis",
        axisPointer: kind === "line" ? { type: "line", z: 0, lineStyle: { color: paint("control-line") } } : { type: "shadow", z: 0, shadowStyle: { color: paint("hover"), opacity: 1 } },
        formatter: ([{ dataIndex: row }]) => tip(table.names[row], table.series.map((each, index) => ({
          swatch: items.length > 1 ? swatch(items[index]) : null,
          name: each.name,
          text: each.texts[row] + (kind === "share" && values[index][row] !== null ? ` · ${percent(values[index][row])}` : ""),
        }))),
      },
      xAxis: across ? numbers : names,
      yAxis: across ? names : numbers,
      series: table.series.map((each, index) => ({
        name: each.name,
        data: values[index],
        type: kind === "line" ? "line" : "bar",
        stack: stacked ? "all" : null,
        cursor: each.urls.some(Boolean) ? "pointer" : "default",
        emphasis: { disabled: true },
        ...(kind === "line" ? lineStyle(items[index], paint) : barStyle(items[index], stacked, across, paint)),
      })),
    },
  };
}

function lineStyle({ token, dash, marker }, paint) {
  return {
    symbol: marker,
    symbolSize: 8,
    showAllSymbol: "auto",
    lineStyle: { color: paint(token), width: 2.25, type: dash },
    itemStyle: { color: paint(token) },
  };
}

function barStyle({ token, edge, texture }, stacked, across, paint) {
  const round = across ? [0, 3, 3, 0] : [3, 3, 0, 0];
  return {
    barMaxWidth: stacked ? (across ? 20 : 40) : 18,
    barGap: "12%",
    itemStyle: {
      color: paint(token),
      borderColor: stacked ? paint("card") : edge && paint(edge),
      borderWidth: stacked ? 1.5 : edge ? 1 : 0,
      borderRadius: stacked ? 0 : round,
      decal: decal(texture, paint("decal")),
    },
  };
}
