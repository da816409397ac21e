// The package: why a person is wanted, and what that person should know.

import { claim, resolve } from "./actions.js";
import { button, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { clocks, kindName, priorityMark } from "./queue.js";
import { isMe, nameOf } from "./store.js";
import { clock, remaining } from "./time.js";

/** The card of an escalation; `suggest` puts text into the composer. */
export function packageCard(escalation, suggest) {
  const pack = escalation.package ?? {};
  const kind = pack.kind ?? escalation.kind;
  const isOpen = escalation.state !== "claimed" && escalation.state !== "resolved";
  return h("section", { class: "card package", "aria-labelledby": "package-title", testid: "package" },
    h("header", {}, h("h3", { id: "package-title" }, icon("warning", 16), t("package.title")), priorityMark(escalation.priority)),
    h("p", { class: "kind", testid: "package-kind" }, kindName(kind)),
    h("p", { class: "lead", testid: "package-reason" }, pack.reason ?? escalation.reason ?? ""),
    isOpen ? clocks(escalation) : escalation.person && h("p", { class: "hint" },
      isMe(escalation.person) ? t("package.claimed_by_me") : t("package.claimed_by", { name: nameOf(escalation.person) })),
    summary(pack), facts(pack.facts), list("package.tried", pack.tried, "package-tried"), evidence(pack.evidence),
    suggestion(pack.suggestion, suggest), limits(pack.limits),
    h("div", { class: "row" },
      isOpen && button(t("claim"), { class: "primary small", testid: "package-claim", on: { click: () => claim(escalation) } }),
      escalation.state !== "resolved" && button(t("resolve"), { class: "quiet small", testid: "resolve-open",
        on: { click: () => resolve(escalation) } })));
}

function part(title, ...content) {
  return h("div", { class: "part" }, h("h4", {}, t(title)), content);
}

function summary(pack) {
  const lines = Array.isArray(pack.summary) ? pack.summary : pack.summary ? [pack.summary] : [];
  if (!lines.length) return h("p", { class: "hint", testid: "no-summary" }, t("package.no_summary"));
  return part("package.summary", h("ul", { class: "summary", testid: "package-summary" }, lines.map((line) => {
    const [, name, rest] = /^([^:]{2,24}):\s+(.*)$/s.exec(line) ?? [];
    return h("li", {}, name ? [h("strong", {}, name), " ", rest] : line);
  })));
}

function facts(items) {
  if (!items?.length) return null;
  return part("package.facts", h("dl", { class: "facts", testid: "package-facts" },
    items.map((fact) => h("div", {}, h("dt", {}, fact.name ?? ""), h("dd", {}, String(fact.value ?? ""))))));
}

function list(title, items, testid) {
  if (!items?.length) return null;
  return part(title, h("ul", { testid }, items.map((item) => h("li", {}, typeof item === "object" ? item.text ?? "" : item))));
}

function evidence(items) {
  if (!items?.length) return null;
  return part("package.evidence", h("ul", { class: "evidence", testid: "package-evidence" }, items.map((one) =>
    h("li", {}, h("q", {}, one.text ?? ""), " ", h("small", {}, t(`author.${one.author ?? "customer"}`), " ", clock(one.at))))));
}

function suggestion(text, suggest) {
  if (!text) return null;
  return part("package.suggestion", h("blockquote", { class: "suggestion", testid: "package-suggestion" }, text),
    button(t("package.use"), { class: "quiet small", testid: "use-suggestion", on: { click: () => suggest(text) } }));
}

function limits(limits) {
  if (!limits) return null;
  const kinds = (limits.kinds ?? []).map((kind) => t(`message.${kind}`)).join(", ");
  return part("package.limits", h("p", { class: "hint", testid: "package-limits" },
    limits.channel && t(`channel.${limits.channel}`), kinds && `: ${kinds}`, limits.window_ends_at && [". ",
      remaining(limits.window_ends_at, { soon: 3600, rough: true, over: t("window.closed"),
        label: (left) => t("window.left", { left }) })]));
}
