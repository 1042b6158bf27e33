// Draws <table data-chart="bar"> into the .chart of its .chart-figure; the table stays, as the chart in words.
// First column: labels. Every further column: a series; the last one is the one meant, those before it are paler.

const KINDS = new Set(["bar", "line"]);

// Tokens are light-dark(…) pairs; only a computed colour says which of the two holds.
function colour(token) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

// A dash is a figure not known; data-value spares parsing what was written for people.
function figure(cell) {
  const text = cell.dataset.value ?? cell.textContent.trim().replace(/[^\d-]/g, "");
  return text === "" || text === "-" ? null : Number(text);
}

function read(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => row.cells[0].dataset.short ?? row.cells[0].textContent.trim()),
    series: heads.slice(1).map((name, index) => ({ name, data: rows.map((row) => figure(row.cells[index + 1])) })),
  };
}

function settings(table) {
  const { labels, series } = read(table);
  const text = { color: colour("soft"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const shades = [colour("bar-pale"), colour("bar")].slice(-series.length);
  return {
    animation: false,
    textStyle: text,
    grid: { left: 4, right: 4, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: colour("hover"), opacity: 0.6 } },
      backgroundColor: colour("float"),
      borderColor: colour("line"),
      textStyle: { ...text, color: colour("ink"), fontSize: 13 },
    },
    xAxis: { type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("line") } }, axisLabel: text },
    yAxis: { type: "value", minInterval: 1, splitNumber: 3, axisLabel: text, splitLine: { lineStyle: { color: colour("line") } } },
    series: series.map(({ name, data }, index) => ({
      name,
      data,
      type: table.dataset.chart,
      barMaxWidth: 18,
      barGap: "12%",
      symbol: "none",
      itemStyle: { color: shades[index % shades.length], borderRadius: [3, 3, 0, 0] },
    })),
  };
}

function draw(table) {
  const place = table.closest(".chart-figure")?.querySelector(".chart");
  if (!place || !KINDS.has(table.dataset.chart)) return;
  // Something to measure: an empty .chart is hidden.
  if (!place.hasChildNodes()) place.append(document.createElement("div"));
  const chart = window.echarts.getInstanceByDom(place) ?? window.echarts.init(place, null, { renderer: "svg" });
  chart.setOption(settings(table), true);
  if (!place.dataset.watched) {
    place.dataset.watched = "";
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

function drawAll() {
  for (const table of document.querySelectorAll("table[data-chart]")) draw(table);
}

if (window.echarts) {
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
