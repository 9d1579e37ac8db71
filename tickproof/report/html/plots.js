// SPDX-License-Identifier: Apache-2.0
// What is drawn, with Observable Plot: histograms of latencies, and the inputs and outputs of a run over time.
"use strict";
const CHARTS = JSON.parse(document.getElementById("charts").textContent);
const colour = (name) => `var(--${name})`;
const grouped = new Intl.NumberFormat("en");

// Once: a chart that has been drawn stays.
function drawLatencies() {
  for (const place of document.querySelectorAll(".latency")) {
    const plot = place.querySelector(".plot");
    if (!plot.firstChild) plot.append(latencyPlot(CHARTS[Number(place.dataset.chart)]));
  }
}

function latencyPlot(chart) {
  const bars = chart.targets.flatMap(({ target, n, histogram }) =>
    histogram.map(([low, high, count]) => ({
      target, low, high, share: count / n,
      told: `${low === high - 1 ? grouped.format(low) : `${grouped.format(low)} to ${grouped.format(high - 1)}`} ${chart.unit}\n${grouped.format(count)} of ${grouped.format(n)} (${(100 * count / n).toPrecision(3)} %)`,
    })));
  const ranks = chart.targets.flatMap(({ target, p50, p99 }) =>
    (p50 === p99 ? [["p50 and p99", p50]] : [["p50", p50], ["p99", p99]]).map(([name, value]) => ({ target, name, value: value + 0.5 })));
  const values = bars.flatMap(({ low, high }) => [Math.max(low, 0.5), high]);
  return Plot.plot({
    width: 820, height: 34 + 58 * chart.targets.length, marginLeft: 120, marginRight: 20, marginBottom: 30,
    style: { background: "none", fontSize: "11px", overflow: "visible" },
    x: { type: "log", domain: [Math.min(...values) / 1.15, Math.max(...values) * 1.15], label: chart.unit, tickFormat: (value) => (Number.isInteger(value) ? grouped.format(value) : ""), ticks: 8 },
    y: { axis: null, domain: [0, 1.3] },
    fy: { label: null, domain: chart.targets.map(({ target }) => target), padding: 0.15 },
    marks: [
      Plot.ruleY([0], { stroke: colour("line") }),
      Plot.rectY(bars, { x1: (bar) => Math.max(bar.low, 0.5), x2: "high", y: (bar) => Math.sqrt(bar.share), fy: "target", fill: colour("plot"), insetLeft: 0.5, insetRight: 0.5 }),
      Plot.ruleX(ranks, { x: "value", fy: "target", stroke: colour("fail"), strokeDasharray: (rank) => (rank.name === "p50" ? null : "3,2") }),
      Plot.text(ranks, { x: "value", fy: "target", y: 1.3, text: "name", textAnchor: "start", dx: 3, dy: 4, fill: colour("soft") }),
      Plot.tip(bars, Plot.pointerX({ x1: (bar) => Math.max(bar.low, 0.5), x2: "high", y: (bar) => Math.sqrt(bar.share), fy: "target", title: "told", fill: colour("paper"), stroke: colour("line") })),
    ],
  });
}

// Each port a lane. events: {ns, port, text, kind: "in", "same", "bad"}.
function lanesPlot(events) {
  const ports = [...new Set([...events].sort((a, b) => (a.kind === "in" ? 0 : 1) - (b.kind === "in" ? 0 : 1)).map(({ port }) => port))];
  const kinds = { in: colour("soft"), same: colour("plot"), bad: colour("fail") };
  return Plot.plot({
    width: 1390, height: 40 + 22 * ports.length, marginLeft: 80, marginRight: 20,
    style: { background: "none", fontSize: "11px", overflow: "visible" },
    x: { label: "µs", grid: true, transform: (ns) => ns / 1000 },
    y: { domain: ports, label: null, padding: 0.4 },
    color: { domain: Object.keys(kinds), range: Object.values(kinds) },
    marks: [
      Plot.tickX(events, { x: "ns", y: "port", stroke: "kind", strokeWidth: 2 }),
      Plot.tip(events, Plot.pointer({ x: "ns", y: "port", title: (event) => `${(event.ns / 1000).toFixed(3)} µs  ${event.port}\n${event.text}`, fill: colour("paper"), stroke: colour("line"), lineWidth: 40 })),
    ],
  });
}
