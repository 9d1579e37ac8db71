// SPDX-License-Identifier: Apache-2.0
// One scenario on one target: its card, its text, and its inputs and outputs in the order of their times, each opened to its fields by a click.
"use strict";

// An element with children; text stays text, whatever a device has sent.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const UNPACKED = new Map();
async function unpacked(number) {
  if (!UNPACKED.has(number)) {
    const packed = Uint8Array.from(atob(document.querySelectorAll("script.packed")[number].textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    UNPACKED.set(number, await new Response(stream).json());
  }
  return UNPACKED.get(number);
}

async function showDetail(place, number, target) {
  const scenario = await unpacked(number);
  const result = scenario.results.find((result) => result.target === target) ?? scenario.results.find(({ status }) => status === "fail") ?? scenario.results[0];
  const card = make("div");
  card.innerHTML = result.card; // escaped when the page was written
  place.replaceChildren(
    make("p", {}, make("a", { href: "#", class: "back" }, "← all scenarios")),
    make("h2", {}, scenario.path),
    make("div", { class: "tabs" }, scenario.results.map((other) =>
      make("a", { href: `#${number}/${other.target}`, class: other === result ? "here" : undefined }, make("span", { class: `dot ${other.status}` }), other.target))),
    make("p", { class: "soft" }, told(result)),
    card,
    ...(result.story ? story(scenario, result) : [make("p", { class: "soft" }, without(result)), source(scenario, result)]),
  );
}

function told(result) {
  const compared = Object.entries(result.compared).filter(([, count]) => count).map(([what, count]) => `${count} ${what}`).join(", ");
  const latencies = Object.entries(result.latency).map(([name, { unit, p50, p99, max }]) => `${name} p50 ${p50}, p99 ${p99}, max ${max} ${unit}`);
  return [`${result.seconds} s`, result.grade && `evidence: ${result.grade}`, result.timing, compared && `held against golden: ${compared}`, ...latencies,
    result.covers.length && `covers ${result.covers.join(", ")}`].filter(Boolean).join(" · ");
}

function without(result) {
  if (result.left_out) return "Its rows are left out to keep this file small: run it again alone to see them.";
  return result.status === "skipped" ? "It did not run here." : "Its run left no rows.";
}

function story(scenario, result) {
  const { story } = result, inputs = scenario.inputs[story.inputs];
  const events = timeline(inputs, story);
  const rows = make("table", { class: "timeline" }, make("tbody", {}, events.flatMap((event) => row(event, story, inputs))));
  const lanes = lanesPlot(events.map(({ ns, port, text, kind }) => ({ ns, port, text, kind })));
  const some = [];
  if (inputs.length < story.sends) some.push(`${inputs.length} of ${story.sends} inputs`);
  for (const [port, total] of Object.entries(story.totals)) {
    const shown = story.outputs.filter((output) => output.port === port).length;
    if (shown < total) some.push(`${shown} of ${total} on ${port}`);
  }
  const text = source(scenario, result);
  link(text, rows);
  return [
    make("h3", {}, "Timeline"),
    make("div", { class: "plot lanes" }, lanes),
    some.length ? make("p", { class: "soft" }, `Shown are ${some.join(", ")}: ${story.divergence ? "those around the divergence" : "the first ones"}.`) : null,
    make("div", { class: `columns${text ? "" : " alone"}` }, text, make("div", {}, rows)),
    counters(story.counters),
  ].filter(Boolean);
}

// Inputs and outputs, as they came. What never came stands behind its cause, and behind what its port had sent before.
function timeline(inputs, story) {
  const events = inputs.map((input, index) => {
    const [due, first, last] = story.sent[index];
    return { ...input, kind: "in", ps: first < 0 ? due * 1000 : first, last: first < 0 ? null : last, sent: first >= 0 };
  });
  const reached = {};
  const caused = (cause) => events.find(({ port, row }) => cause && port === cause[0] && row === cause[1])?.last ?? -Infinity;
  for (const output of story.outputs) {
    const ps = output.ps ?? Math.max(reached[output.port] ?? 0, caused(output.cause));
    reached[output.port] = ps;
    events.push({ ...output, ps, kind: output.status === "same" ? "same" : "bad" });
  }
  events.forEach((event) => { event.ns = event.ps / 1000; });
  return events.map((event, index) => [event, index]).sort(([a, i], [b, j]) => a.ps - b.ps || i - j).map(([event]) => event);
}

const nanoseconds = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function row(event, story, inputs) {
  const input = event.kind === "in";
  const here = story.divergence && event.port === story.divergence[0] && event.index === story.divergence[1] && event.status !== "same" || false;
  const place = `${event.port}[${input ? event.row : event.index}]`;
  let text = [event.text];
  if (event.status === "differs") text = [make("span", { class: "golden" }, `golden ${event.golden}`), make("span", { class: "got" }, `got    ${event.text}`)];
  if (event.status === "missing") text = [make("span", { class: "golden" }, `golden ${event.text}`), make("span", { class: "got" }, "got    nothing")];
  if (event.status === "extra") text = [make("span", { class: "golden" }, "golden nothing"), make("span", { class: "got" }, `got    ${event.text}`)];
  const line = input ? event.line : inputs.find(({ port, row }) => event.cause?.[0] === port && event.cause[1] === row)?.line;
  const when = input && !event.sent ? "never sent" : !input && event.status === "missing" ? "" : nanoseconds.format(event.ns);
  const shown = make("tr", { class: `event ${input ? "in" : "out"}${event.kind === "bad" ? " bad" : ""}${here ? " here" : ""}`, "data-line": line || undefined },
    make("td", { class: "time", title: "ns" }, when), make("td", { class: "port" }, `${input ? "→" : "←"} ${place}`), make("td", {}, ...text));
  const opened = make("tr", { hidden: "" }, make("td", {}), make("td", { colspan: 2 }));
  shown.addEventListener("click", () => {
    if (!opened.lastChild.firstChild) opened.lastChild.append(input ? inputParts(event) : outputParts(event, inputs, story));
    opened.hidden = !opened.hidden;
  });
  return [shown, opened];
}

const hex = (text) => text.match(/.{1,64}/g)?.join("\n") ?? "";

function inputParts(input) {
  const tables = input.parts.map(([name, fields]) =>
    make("div", {}, make("h4", {}, name), make("table", {}, fields.map(([field, value]) => make("tr", {}, make("td", { class: "soft" }, field), make("td", {}, value))))));
  const cut = input.hex.length < 2 * input.bytes ? `\n... ${input.bytes} bytes` : "";
  return make("div", { class: "parts" }, tables, input.hex ? make("pre", {}, hex(input.hex) + cut) : null);
}

function outputParts(output, inputs, story) {
  const differs = output.status === "differs";
  const head = make("tr", {}, make("th", {}, "field"), ...(differs ? [make("th", {}, "golden"), make("th", {}, "got")] : [make("th", {}, output.status === "missing" ? "golden" : "got")]));
  const fields = output.fields.map(([name, ...values]) =>
    make("tr", { class: values[2] ? "differs" : undefined }, make("td", { class: "soft" }, name), values.slice(0, differs ? 2 : 1).map((value) => make("td", {}, value))));
  const raw = Object.entries(output.hex ?? {}).map(([whose, text]) => make("pre", {}, `${whose}\n${hex(text)}`));
  return make("div", { class: "parts" }, make("div", {}, cause(output, inputs, story), make("table", {}, head, fields)), raw);
}

function cause(output, inputs, story) {
  if (!output.cause) return null;
  const index = inputs.findIndex(({ port, row }) => output.cause[0] === port && output.cause[1] === row);
  const after = index >= 0 && output.ps !== null && story.sent[index][2] >= 0 ? output.ps - story.sent[index][2] : null;
  const clocks = after !== null && story.clock_ps ? `, ${Math.round(after / story.clock_ps)} clk` : "";
  const delay = after === null ? "" : ` ${nanoseconds.format(after / 1000)} ns before${clocks}`;
  return make("h4", {}, `caused by ${output.cause[0]}[${output.cause[1]}]${delay}`);
}

function source(scenario, result) {
  if (!scenario.text) return null;
  const lines = scenario.text.replace(/\n$/, "").split("\n");
  return make("pre", { class: "source" }, lines.map((text, index) =>
    make("span", { class: `line${index + 1 === result.line ? " marked" : ""}`, "data-line": index + 1 }, make("i", {}, String(index + 1)), `${text}\n`)));
}

// Pointing at a line shows what it has sent and caused, and the other way round.
function link(text, rows) {
  if (!text) return;
  const glow = (line, on) => {
    for (const element of [...text.querySelectorAll(`[data-line="${line}"]`), ...rows.querySelectorAll(`[data-line="${line}"]`)]) element.classList.toggle("glow", on);
  };
  for (const side of [text, rows])
    for (const [event, on] of [["mouseover", true], ["mouseout", false]])
      side.addEventListener(event, ({ target }) => { const line = target.closest("[data-line]")?.dataset.line; if (line) glow(line, on); });
}

function counters(found) {
  const names = Object.keys(found);
  if (!names.length) return null;
  const wanted = ([, low, high]) => (low === null ? "" : low === high ? String(low) : `${low} to ${high}`);
  const wrong = ([got, low, high]) => low !== null && got !== null && (got < low || got > high);
  return make("details", { open: names.some((name) => wrong(found[name])) ? "" : undefined }, make("summary", {}, "Counters"),
    make("table", { class: "fields" }, make("tr", {}, make("th", {}, "counter"), make("th", {}, "golden"), make("th", {}, "got")),
      names.map((name) => make("tr", { class: wrong(found[name]) ? "differs" : undefined }, make("td", {}, name), make("td", {}, wanted(found[name])), make("td", {}, found[name][0] === null ? "not kept" : String(found[name][0]))))));
}
