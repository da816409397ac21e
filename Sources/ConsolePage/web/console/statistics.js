// Figures of the last hours, for supervisors.

import { get } from "./api.js";
import { bars, ranking, ring } from "./charts.js";
import { h, show } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { kindName } from "./queue.js";
import { clock, every, parse, roughly, stamp } from "./time.js";
import { explain } from "./toast.js";

/** The page of figures; it is fetched again every half minute. */
export function statisticsScreen() {
  const hours = h("select", { "aria-label": t("statistics.hours"), testid: "statistics-hours", on: { change: () => load() } },
    [[6, "6"], [24, "24"], [72, "72"], [168, "168"]].map(([value, text]) => h("option", { value }, t("statistics.last", { n: text }))));
  hours.value = "24";
  const body = h("div", { class: "figures", testid: "statistics" }, h("p", { class: "empty" }, t("loading")));
  const root = h("div", { class: "page scroll", tabindex: 0, role: "region", "aria-labelledby": "statistics-title" },
    h("header", { class: "page-head" }, h("h2", { id: "statistics-title" }, t("nav.statistics")), hours), body);
  async function load() {
    try {
      draw(body, await get(`/v1/statistics?hours=${hours.value}`));
    } catch (error) {
      show(body, h("p", { class: "problem" }, explain(error)));
    }
  }
  let seconds = -1;
  every(root, () => { if (++seconds % 30 === 0) load(); });
  return root;
}

function draw(body, data) {
  const open = new Set([...body.querySelectorAll("details[open]")].map((node) => node.parentElement.querySelector("figcaption")?.textContent));
  const latency = data.latency ?? {};
  show(body, h("dl", { class: "tiles" },
    tile(t("statistics.waiting"), data.waiting?.count ?? 0, data.waiting?.oldest_seconds ? t("statistics.oldest", { time: roughly(data.waiting.oldest_seconds) }) : ""),
    ["p50", "p95", "p99"].map((name) => tile(t(`statistics.${name}`), Number.isFinite(latency[name]) ? `${Math.round(latency[name])} ms` : "–", t("statistics.latency_hint")))),
    h("div", { class: "charts" }, traffic(data), histogram(latency), ranking(t("statistics.escalations"),
      (data.escalations ?? []).map((one) => ({ name: kindName(one.kind), count: one.count ?? 0 })), { testid: "chart-escalations" }),
    sla(data.sla), providers(data.providers)));
  for (const figure of body.querySelectorAll("figure")) {
    if (open.has(figure.querySelector("figcaption")?.textContent)) figure.querySelector("details")?.setAttribute("open", "");
  }
}

const tile = (name, value, hint) => h("div", { class: "tile-figure" }, h("dt", {}, name), h("dd", {}, h("strong", {}, value), h("small", {}, hint)));

function traffic(data) {
  const times = [...new Set([...(data.calls ?? []), ...(data.chats ?? [])].map((one) => one.at))].sort((a, b) => (parse(a) ?? 0) - (parse(b) ?? 0));
  const at = (list) => {
    const counts = new Map((list ?? []).map((one) => [one.at, one.count ?? 0]));
    return times.map((time) => counts.get(time) ?? 0);
  };
  return bars(t("statistics.traffic"), times.map(clock), [
    { name: t("statistics.calls"), className: "a", values: at(data.calls) },
    { name: t("statistics.chats"), className: "b", values: at(data.chats) }], { testid: "chart-traffic" });
}

function histogram({ histogram: buckets = [] }) {
  const labels = buckets.map(({ le }) => (Number.isFinite(Number(le)) && le !== null ? `≤${le}` : "∞"));
  return bars(t("statistics.latency"), labels, [{ name: t("statistics.turns"), className: "a", values: buckets.map((one) => one.count ?? 0) }],
    { testid: "chart-latency" });
}

function sla({ hit = 0, missed = 0 } = {}) {
  return ring(t("statistics.sla"), hit, missed, t("statistics.sla_words", { hit, missed }), { testid: "chart-sla" });
}

function providers(list = []) {
  return h("section", { class: "chart providers", "aria-labelledby": "providers-title", testid: "providers" },
    h("h3", { id: "providers-title" }, t("statistics.providers")),
    list.length ? h("ul", {}, list.map((one) => h("li", { class: one.ok ? "good" : "bad" }, icon(one.ok ? "tick" : "warning", 16),
      h("span", {}, h("strong", {}, t(`role.${one.role}`), ": ", one.name ?? ""), h("small", {}, one.ok ? t("statistics.ok") : t("statistics.failing"),
        one.failures ? `, ${t("statistics.failures", { n: one.failures })}` : "", one.last_failure_at ? `, ${stamp(one.last_failure_at)}` : ""),
      one.last_error && h("small", {}, one.last_error))))) : h("p", { class: "hint" }, t("statistics.no_providers")));
}
