// The lists at the left: who waits for a person, what is one's own, and everything.

import { claim, decline } from "./actions.js";
import { button, h, keyed, show } from "./dom.js";
import { channelIcon, icon } from "./icons.js";
import { t } from "./i18n.js";
import { isMe, nameOf, state, update, watch } from "./store.js";
import { clock, elapsed, remaining } from "./time.js";

const tabs = ["waiting", "mine", "all"];

/** The pane with the lists. */
export function listPane() {
  const root = h("section", { class: "lists", "aria-labelledby": "lists-title", testid: "lists" });
  const rows = h("ul", { class: "rows", testid: "queue" });
  const none = h("div", {});
  const buttons = tabs.map((name, at) => h("button", { type: "button", role: "tab", id: `tab-${name}`,
    "aria-controls": "list-panel", testid: `tab-${name}`, on: {
      click: () => update({ lists: name }),
      keydown: (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (at + step + tabs.length) % tabs.length;
        update({ lists: tabs[next] });
        buttons[next].focus();
      } } }));
  const panel = h("div", { id: "list-panel", role: "tabpanel", class: "scroll", tabindex: 0 }, rows, none);
  root.append(h("h2", { id: "lists-title", class: "hidden-visually" }, t("nav.queue")),
    h("div", { role: "tablist", class: "tabs", "aria-label": t("queue.lists") }, buttons), panel);

  watch(["escalations", "conversations", "mine", "lists", "open", "people", "calls", "partials", "me"], () => {
    if (!state.me) return;
    const items = { waiting: waiting(), mine: mine(), all: state.conversations };
    tabs.forEach((name, at) => {
      const selected = state.lists === name;
      buttons[at].setAttribute("aria-selected", String(selected));
      buttons[at].tabIndex = selected ? 0 : -1;
      show(buttons[at], t(`queue.${name}`), items[name]?.length && name !== "all"
        ? h("span", { class: "count", testid: `count-${name}` }, items[name].length) : null);
    });
    panel.setAttribute("aria-labelledby", `tab-${state.lists}`);
    const list = items[state.lists];
    const isQueue = state.lists === "waiting";
    keyed(rows, list ?? [], (one) => one.id,
      isQueue ? (one) => [one, current(one.conversation), nameOf(one.offered_to), live(one.conversation), known(one.conversation)?.customer]
        : (one) => [one, current(one.id), nameOf(one.person), live(one.id), state.partials[one.id]?.text],
      isQueue ? escalationRow : conversationRow);
    rows.hidden = !list?.length;
    show(none, list === null || list === undefined ? h("p", { class: "empty" }, t("loading"))
      : list.length ? null : emptyText(state.lists));
  }, root);
  return root;
}

const current = (id) => state.open?.id === id;
const known = (id) => state.conversations?.find((one) => one.id === id);
const live = (id) => state.calls.some((call) => call.conversation === id);

/** What waits for someone, what is offered to oneself first. */
export function waiting() {
  const list = state.escalations?.filter((one) => one.state !== "claimed");
  if (!list) return null;
  return [...list.filter((one) => isMe(one.offered_to)), ...list.filter((one) => !isMe(one.offered_to))];
}

function mine() {
  return state.mine && state.mine.filter((one) => one.owner === "person" && isMe(one.person));
}

function emptyText(list) {
  const hint = list === "all" ? t("queue.empty_all_hint", { host: location.hostname }) : t(`queue.empty_${list}_hint`);
  return h("div", { class: "empty", testid: "empty" }, icon(list === "mine" ? "person" : "queue", 32),
    h("p", {}, h("strong", {}, t(`queue.empty_${list}`))), h("p", {}, hint));
}

/** The name to show for a customer. */
export const customerName = (customer) => customer?.name || customer?.identities?.[0]?.value
  || t("customer.unknown");

/** How urgent, as text with a shape: not by colour alone. */
export function priorityMark(priority) {
  const level = Math.min(5, Math.max(1, priority ?? 3));
  return h("span", { class: `priority p${level}`, title: t("queue.priority", { n: level }), testid: "priority" },
    h("span", { "aria-hidden": "true" }, `P${level}`), h("span", { class: "hidden-visually" }, t("queue.priority", { n: level })));
}

/** What a wish for a person is called. */
export const kindName = (kind) => t(`kind.${kind ?? "other"}`);

/** The clocks of an escalation: waiting, answer due, chat window. */
export function clocks(one) {
  return h("div", { class: "clocks" },
    h("span", { class: "clock", title: t("queue.waiting_since") }, icon("clock", 14),
      h("span", { class: "hidden-visually" }, t("queue.waiting_since")), elapsed(one.created_at, { testid: "waiting-time" })),
    one.due_at && h("span", { class: "clock" },
      remaining(one.due_at, { soon: 60, over: t("queue.overdue"), label: (left) => t("queue.due", { left }), testid: "sla" })),
    one.window_ends_at && h("span", { class: "clock" },
      remaining(one.window_ends_at, { soon: 3600, rough: true, over: t("window.closed"),
        label: (left) => t("window.left", { left }), testid: "window" })));
}

function escalationRow(one) {
  const toMe = one.state === "offered" && isMe(one.offered_to);
  const name = customerName(one.customer?.name ? one.customer : known(one.conversation)?.customer ?? one.customer);
  const isOpen = current(one.conversation);
  return h("li", { class: `row-item ${toMe ? "offered" : ""} ${isOpen ? "current" : ""}`, testid: "escalation",
    "data-row": one.id, "data-kind": one.kind, "data-state": one.state },
    toMe && h("p", { class: "offer", testid: "offer" }, icon("bell", 15), h("strong", {}, t("offer.to_you")),
      one.offer_ends_at && remaining(one.offer_ends_at, { soon: 10, over: t("offer.over"), testid: "offer-time" })),
    h("a", { class: "row-link", href: `#/conversation/${encodeURIComponent(one.conversation)}`,
      "aria-current": isOpen ? "true" : undefined, testid: "open-escalation" },
      h("span", { class: "row-head" }, channelIcon(one.channel), h("strong", {}, name),
        live(one.conversation) && h("span", { class: "live" }, t("call.live"))),
      h("span", { class: "row-kind" }, priorityMark(one.priority), h("span", { class: "kind", testid: "kind" }, kindName(one.kind)),
        h("span", { class: "hidden-visually" }, t(`channel.${one.channel}`))),
      h("span", { class: "row-text", testid: "reason" }, one.reason ?? "")),
    clocks(one),
    one.skills?.length ? h("p", { class: "skills" }, one.skills.map((skill) => h("span", { class: "tag" }, skill))) : null,
    one.state === "offered" && !toMe && h("p", { class: "hint" }, t("offer.to_other", { name: nameOf(one.offered_to) })),
    one.state === "callback" && h("p", { class: "hint" }, t("queue.callback")),
    h("div", { class: "row" },
      button(toMe ? t("offer.accept") : t("claim"), { class: "primary small", testid: toMe ? "accept" : "claim",
        "aria-label": `${toMe ? t("offer.accept") : t("claim")}: ${name}`, on: { click: () => claim(one) } }),
      toMe && button(t("offer.decline"), { class: "quiet small", testid: "decline",
        "aria-label": `${t("offer.decline")}: ${name}`, on: { click: () => decline(one) } })));
}

/** Who has a conversation, in words. */
export function ownerText(conversation) {
  if (conversation?.owner === "person") {
    return isMe(conversation.person) ? t("owner.me") : t("owner.person", { name: nameOf(conversation.person) });
  }
  return t(`owner.${conversation?.owner ?? "assistant"}`);
}

function conversationRow(one) {
  const isOpen = current(one.id);
  const last = one.last_message;
  const text = state.partials[one.id]?.text || (typeof last === "string" ? last : last?.text || (last?.kind && t(`message.${last.kind}`))) || "";
  const channel = (typeof last === "object" ? last?.channel : null) ?? one.channels?.[0]?.channel;
  return h("li", { class: `row-item ${isOpen ? "current" : ""}`, testid: "conversation-row", "data-row": one.id },
    h("a", { class: "row-link", href: `#/conversation/${encodeURIComponent(one.id)}`,
      "aria-current": isOpen ? "true" : undefined, testid: "open-conversation" },
      h("span", { class: "row-head" }, channelIcon(channel), h("strong", {}, customerName(one.customer)),
        live(one.id) && h("span", { class: "live" }, t("call.live")),
        h("time", { class: "push", datetime: one.updated_at }, clock(one.updated_at))),
      h("span", { class: "row-text" }, text),
      h("span", { class: `owner owner-${one.owner}` }, ownerText(one))));
}

/** The one that a key claims: the open one if it waits, else the first. */
export function mostUrgent() {
  const list = waiting() ?? [];
  return list.find((one) => one.conversation === state.open?.id) ?? list[0] ?? null;
}

/** Opens the next or previous row of the list. */
export function step(by) {
  const list = state.lists === "waiting" ? waiting()?.map((one) => one.conversation)
    : (state.lists === "mine" ? mine() : state.conversations)?.map((one) => one.id);
  if (!list?.length) return;
  // By the address, which a quick second key has changed already.
  const at = list.indexOf(decodeURIComponent(location.hash.split("/")[2] ?? ""));
  const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by));
  location.hash = `#/conversation/${encodeURIComponent(list[next])}`;
}
