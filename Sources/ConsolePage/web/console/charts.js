// Charts as SVG: drawn small, named for those who don't see them, each with its figures as a table.

import { h, svg } from "./dom.js";
import { t } from "./i18n.js";

const WIDTH = 480;
const HEIGHT = 160;
const LEFT = 36;
const BOTTOM = 22;

/** Bars beside one another for each label. `series`: `[{name, className, values}]`. */
export function bars(title, labels, series, { testid } = {}) {
  const most = niceTop(Math.max(1, ...series.flatMap((one) => one.values)));
  const slot = (WIDTH - LEFT) / Math.max(1, labels.length);
  const width = Math.max(1, (slot * 0.76) / series.length);
  const y = (value) => (HEIGHT - BOTTOM) * (1 - value / most) + 4;
  const every = Math.ceil(labels.length / 8);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 4}`, role: "img", "aria-label": title, testid },
    [0, 0.5, 1].flatMap((part) => [
      svg("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: y(most * part), y2: y(most * part) }),
      svg("text", { x: LEFT - 6, y: y(most * part) + 4, "text-anchor": "end" }, short(most * part))]),
    labels.map((label, n) => n % every === 0 && svg("text", { x: LEFT + n * slot + slot / 2, y: HEIGHT, "text-anchor": "middle" }, label)),
    series.flatMap((one, at) => one.values.map((value, n) => svg("rect", { class: `bar-${one.className}`,
      x: LEFT + n * slot + slot * 0.12 + at * width, y: y(value), width, height: Math.max(0, y(0) - y(value)), rx: 1.5 },
      svg("title", {}, `${labels[n]}, ${one.name}: ${value}`)))));
  return figure(title, drawing, series.length > 1 && h("p", { class: "legend" },
    series.map((one) => h("span", { class: `key bar-key-${one.className}` }, one.name))),
    ["", ...series.map((one) => one.name)], labels.map((label, n) => [label, ...series.map((one) => one.values[n] ?? 0)]));
}

/** Lines of name, bar and number, the longest first. */
export function ranking(title, items, { testid } = {}) {
  const sorted = [...items].sort((a, b) => b.count - a.count);
  const most = Math.max(1, ...sorted.map((one) => one.count));
  const row = 24;
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${Math.max(1, sorted.length) * row}`, role: "img", "aria-label": title, testid },
    sorted.flatMap((one, n) => [
      svg("text", { x: 0, y: n * row + 16 }, one.name),
      svg("rect", { class: "bar-a", x: 190, y: n * row + 5, width: Math.max(2, (one.count / most) * 240), height: row - 10, rx: 2 }),
      svg("text", { x: 198 + (one.count / most) * 240, y: n * row + 16 }, String(one.count))]));
  return figure(title, sorted.length ? drawing : h("p", { class: "hint" }, t("chart.nothing")), null, ["", t("chart.count")],
    sorted.map((one) => [one.name, one.count]));
}

/** A ring of two parts, the first in the accent. */
export function ring(title, good, bad, words, { testid } = {}) {
  const all = good + bad;
  const part = all ? good / all : 0;
  const length = 2 * Math.PI * 42;
  const drawing = svg("svg", { viewBox: "0 0 120 120", class: "ring", role: "img", "aria-label": `${title}: ${words}`, testid },
    svg("circle", { cx: 60, cy: 60, r: 42, class: "ring-rest", fill: "none", "stroke-width": 14 }),
    all > 0 && svg("circle", { cx: 60, cy: 60, r: 42, class: "ring-part", fill: "none", "stroke-width": 14,
      "stroke-dasharray": `${part * length} ${length}`, transform: "rotate(-90 60 60)" }),
    svg("text", { x: 60, y: 66, "text-anchor": "middle", class: "ring-text" }, all ? `${Math.round(part * 100)} %` : "–"));
  return h("figure", { class: "chart" }, h("figcaption", {}, title), drawing, h("p", { class: "hint" }, words));
}

function figure(title, drawing, legend, head, rows) {
  return h("figure", { class: "chart" }, h("figcaption", {}, title), drawing, legend,
    rows.length ? h("details", {}, h("summary", {}, t("chart.table")), h("div", { class: "table-scroll", tabindex: 0, role: "group", "aria-label": title }, h("table", {},
      h("thead", {}, h("tr", {}, head.map((text, n) => (n === 0 && !text ? h("td", {}) : h("th", { scope: "col" }, text))))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, n) => h(n === 0 ? "th" : "td", n === 0 ? { scope: "row" } : {}, cell)))))))) : null);
}

/** A round number not below `value`, for the top of an axis. */
function niceTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((step) => step * power).find((top) => top >= value) ?? value;
}

const short = (number) => (number >= 1000 ? `${number / 1000}k` : Number.isInteger(number) ? String(number) : number.toFixed(1));
