// The wall: all calls and chats that are live, side by side, with what is being said.

import { h, keyed, show } from "./dom.js";
import { watchConversations } from "./events.js";
import { channelIcon, icon } from "./icons.js";
import { t } from "./i18n.js";
import { listenControl } from "./listen.js";
import { customerName, ownerText, waiting } from "./queue.js";
import { isSupervisor, nameOf, state, watch } from "./store.js";
import { elapsed, now, parse, roughly } from "./time.js";

const FRESH = 3600000;

/** The wall. */
export function wallScreen() {
  const grid = h("ul", { class: "wall-grid", testid: "wall" });
  const figures = h("p", { class: "wall-figures", testid: "wall-figures" });
  const none = h("div", {});
  const root = h("div", { class: "page scroll", tabindex: 0, role: "region", "aria-labelledby": "wall-title" },
    h("header", { class: "page-head" }, h("h2", { id: "wall-title" }, t("nav.wall")), figures), grid, none);
  watch(["calls", "conversations", "escalations", "partials", "speaking", "listening", "viewers", "people", "quality"], () => {
    watchConversations();
    const tiles = tilesNow();
    const queue = waiting() ?? [];
    const oldest = Math.min(...queue.map((one) => parse(one.created_at) ?? now()), now());
    figures.textContent = [t("wall.calls", { n: state.calls.length }), t("wall.chats", { n: tiles.length - state.calls.length }),
      queue.length ? t("wall.waiting", { n: queue.length, time: roughly((now() - oldest) / 1000) }) : t("wall.none_waiting")].join(" · ");
    keyed(grid, tiles, (tile) => tile.key, (tile) => [tile, state.partials[tile.id], state.speaking[tile.id], state.listening === tile.call?.id,
      wished(tile.id)?.reason, state.viewers[tile.id], nameOf(tile.conversation?.person)], tileOf);
    grid.hidden = !tiles.length;
    show(none, tiles.length ? null : h("div", { class: "empty" }, icon("wall", 36), h("p", {}, h("strong", {}, t("wall.empty"))),
      h("p", {}, t("conversation.none_hint", { host: location.hostname }))));
  }, root);
  return root;
}

const wished = (id) => state.escalations?.find((one) => one.conversation === id && ["waiting", "offered"].includes(one.state));

function tilesNow() {
  const known = new Map((state.conversations ?? []).map((one) => [one.id, one]));
  const calls = state.calls.map((call) => ({ key: call.id, id: call.conversation, call, conversation: known.get(call.conversation) }));
  const onCall = new Set(calls.map((tile) => tile.id));
  const chats = [...known.values()].filter((one) => !onCall.has(one.id) && (parse(one.updated_at) ?? 0) > now() - FRESH)
    .map((conversation) => ({ key: conversation.id, id: conversation.id, conversation }));
  return [...calls, ...chats];
}

function tileOf({ id, call, conversation }) {
  const last = conversation?.last_message;
  const said = state.partials[id];
  const wish = wished(id);
  const channel = call ? "phone" : last?.channel ?? conversation?.channels?.[0]?.channel;
  const viewers = (state.viewers[id] ?? []).map(nameOf);
  const name = conversation ? customerName(conversation.customer) : call?.from ?? "";
  return h("li", { class: `tile ${wish ? "wished" : ""}`, testid: "tile", "data-row": call?.id ?? id },
    h("a", { class: "row-link", href: id ? `#/conversation/${encodeURIComponent(id)}` : "#/wall", "aria-label": t("wall.open", { name }) },
      h("span", { class: "row-head" }, channelIcon(channel), h("strong", {}, name),
        call ? elapsed(call.answered_at ?? call.started_at, { class: "clock push" }) : elapsed(conversation?.updated_at, { class: "clock push" })),
      h("span", { class: `owner owner-${conversation?.owner ?? "assistant"}` }, ownerText(conversation))),
    wish && h("p", { class: "wish" }, icon("warning", 14), t(`kind.${wish.kind ?? "other"}`), ": ", wish.reason ?? ""),
    h("p", { class: "said", testid: "tile-text" }, said?.text ? [h("strong", {}, t(`author.${said.author}`), ": "), said.text, " …"]
      : state.speaking[id] ? t(`speaking.${state.speaking[id]}`)
        : last ? [h("strong", {}, t(`author.${last.author ?? "customer"}`), ": "), typeof last === "string" ? last : last.text || t(`message.${last.kind ?? "text"}`)]
          : h("span", { class: "hint" }, t("wall.silent"))),
    viewers.length ? h("p", { class: "hint" }, t("viewers.viewing", { names: viewers.join(", ") })) : null,
    call && isSupervisor() && listenControl(call.id, { compact: true }));
}
