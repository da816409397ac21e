// How long each step of each turn took, from the caller's last speech packet to the first sound that left.

import { h, svg } from "./dom.js";
import { t } from "./i18n.js";

const steps = ["end_of_turn_decided", "transcript_final", "first_token", "first_audio", "first_audible_out"];
const WIDTH = 400;
const ROW = 20;
const LEFT = 28;
const RIGHT = 58;

/** The waterfall of `turns`: a row each, a bar for each step. */
export function waterfall(turns) {
  const rows = turns.map((turn) => ({ turn: turn.turn, parts: parts(turn.steps ?? {}) })).filter((row) => row.parts.length);
  if (!rows.length) return h("p", { class: "hint" }, t("call.no_turns"));
  const longest = Math.max(1, ...rows.map((row) => row.parts.at(-1).to));
  const x = (ms) => LEFT + (ms / longest) * (WIDTH - LEFT - RIGHT);
  const height = rows.length * ROW + 4;
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "waterfall", role: "img",
    "aria-label": t("waterfall.label", { n: rows.length, ms: Math.round(longest) }), testid: "waterfall" },
    rows.flatMap((row, n) => [
      svg("text", { x: 0, y: n * ROW + 15 }, String(row.turn ?? n + 1)),
      ...row.parts.map((part) => svg("rect", { x: x(part.from), y: n * ROW + 4, width: Math.max(1.5, x(part.to) - x(part.from)), height: ROW - 7,
        rx: 2, class: `step step-${part.at}` }, svg("title", {}, `${t(`step.${part.name}`)}: ${Math.round(part.to)} ms`))),
      svg("text", { x: x(row.parts.at(-1).to) + 5, y: n * ROW + 15 }, `${Math.round(row.parts.at(-1).to)} ms`),
    ]));
  return h("figure", { class: "chart" }, h("figcaption", {}, t("waterfall.title")), drawing,
    h("p", { class: "legend" }, steps.map((name, at) => h("span", { class: `key step-key-${at}` }, t(`step.${name}`)))),
    h("details", {}, h("summary", {}, t("chart.table")), table(rows)));
}

function parts(values) {
  const list = [];
  let from = 0;
  steps.forEach((name, at) => {
    const to = values[name];
    if (!Number.isFinite(to) || to < 0) return;
    list.push({ name, at, from: Math.min(from, to), to });
    from = Math.max(from, to);
  });
  return list.sort((a, b) => a.to - b.to);
}

function table(rows) {
  return h("div", { class: "table-scroll", tabindex: 0, role: "group", "aria-label": t("waterfall.title") }, h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("waterfall.turn")), steps.map((name) => h("th", { scope: "col" }, t(`step.${name}`))))),
    h("tbody", {}, rows.map((row, n) => h("tr", {}, h("th", { scope: "row" }, row.turn ?? n + 1), steps.map((name) => {
      const part = row.parts.find((one) => one.name === name);
      return h("td", {}, part ? `${Math.round(part.to)} ms` : "–");
    }))))));
}
