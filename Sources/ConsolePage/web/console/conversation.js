// The open conversation: its head, its messages over all channels, what is being said, the composer, the details.

import { claim, handBack, liveCallOf, takeCall, takeOver } from "./actions.js";
import { button, h, iconButton, keyed, show } from "./dom.js";
import { callBar, callList } from "./call.js";
import { composer } from "./composer.js";
import { customerCard } from "./customer.js";
import { channelIcon, icon } from "./icons.js";
import { t } from "./i18n.js";
import { loadOlder } from "./loading.js";
import { mark, messageItem, withDays } from "./message.js";
import { packageCard } from "./package.js";
import { customerName, ownerText } from "./queue.js";
import { isMe, nameOf, state, watch } from "./store.js";
import { remaining } from "./time.js";
import { attempt } from "./toast.js";

/** The pane of the open conversation, or what to do when none is open. */
export function conversationScreen() {
  const root = h("div", { class: "conversation-pane" });
  let shown;
  watch(["open"], () => {
    const id = state.open?.id ?? null;
    if (id === shown) return;
    shown = id;
    show(root, id ? conversation(id) : h("div", { class: "empty none-open", testid: "none-open" }, icon("chat", 40),
      h("p", {}, h("strong", {}, t("conversation.none"))), h("p", {}, t("conversation.none_hint", { host: location.hostname }))));
    // A list that a narrow screen has hidden can't keep the focus.
    if (id && root.isConnected) root.querySelector(".conversation").focus({ preventScroll: true });
  }, root);
  return root;
}

function conversation(id) {
  const root = h("section", { class: "conversation", tabindex: -1, "aria-label": t("conversation.title"), testid: "conversation" });
  const details = h("aside", { class: "details scroll", "aria-label": t("conversation.details"), tabindex: 0, testid: "details" });
  const write = composer(id);
  const frame = h("div", { class: "conversation-frame" }, root, details);
  const toggle = iconButton(t("conversation.details"), icon("info"), { class: "details-toggle", "aria-expanded": "false",
    testid: "details-toggle", on: { click: () => {
      const open = frame.classList.toggle("show-details");
      toggle.setAttribute("aria-expanded", String(open));
      (open ? details.querySelector("[data-testid=details-close]") : toggle)?.focus();
    } } });
  root.append(head(root, toggle), callBar(id, root), messages(root, id, write.reply), write.element);
  watch(["open", "escalations", "people", "me"], () => {
    if (state.open?.id !== id) return;
    const { escalation } = state.open;
    const mark = JSON.stringify([escalation, state.open.conversation?.customer, state.open.conversation?.channels, state.open.past, state.people.length]);
    if (details.markOf === mark) return;
    details.markOf = mark;
    const calls = details.querySelector("[data-testid=calls]") ?? callList(id, details);
    show(details, iconButton(t("close"), icon("close"), { class: "details-close", testid: "details-close",
      on: { click: () => toggle.click() } }), escalation && packageCard(escalation, write.suggest), customerCard(state.open), calls);
  }, root);
  return frame;
}

function head(root, toggle) {
  const name = h("h2", { testid: "customer-name" });
  const owner = h("p", { class: "owner-line", role: "status", testid: "owner" });
  const windows = h("p", { class: "windows" });
  const here = h("p", { class: "viewers", role: "status", testid: "viewers" });
  const actions = h("div", { class: "row actions" });
  watch(["open", "viewers", "people", "calls", "me"], () => {
    const { id, conversation } = state.open ?? {};
    if (!conversation || !state.me) return;
    name.textContent = customerName(conversation.customer);
    const text = ownerText(conversation);
    if (owner.textContent !== text) show(owner, h("span", { class: `owner owner-${conversation.owner}` }, text));
    const marks = JSON.stringify(conversation.channels);
    if (windows.markOf !== marks) {
      windows.markOf = marks;
      show(windows, (conversation.channels ?? []).map(channelTag));
    }
    const others = (state.viewers[id] ?? []).filter((one) => !isMe(one.username));
    const typing = others.filter((one) => one.typing).map(nameOf);
    const words = typing.length ? t("viewers.typing", { names: typing.join(", ") })
      : others.length ? t("viewers.viewing", { names: others.map(nameOf).join(", ") }) : "";
    if (here.textContent !== words) here.textContent = words;
    here.classList.toggle("typing", typing.length > 0);
    keyed(actions, verbs(conversation), (verb) => verb.testid, (verb) => verb.label, (verb) => button(verb.label,
      { class: verb.class, testid: verb.testid, on: { click: verb.click } }));
  }, root);
  return h("header", { class: "conversation-head" },
    h("a", { class: "back icon-button", href: "#/queue", "aria-label": t("back"), testid: "back" }, icon("back")),
    h("div", { class: "who" }, h("div", { class: "row" }, name, windows), h("div", { class: "row" }, owner, here)), actions, toggle);
}

/** What one may do with the conversation as it is now. */
function verbs(conversation) {
  const mine = conversation.owner === "person" && isMe(conversation.person);
  const list = [];
  if (mine) {
    const call = liveCallOf(conversation.id);
    if (call && state.me.sip) list.push({ label: t("take.call"), testid: "take-call", class: "small", click: () => takeCall(call) });
    list.push({ label: t("release"), testid: "release", class: "small primary", click: handBack });
  } else if (["waiting", "offered", "callback"].includes(state.open.escalation?.state)) {
    list.push({ label: t("claim"), testid: "head-claim", class: "small primary", click: () => claim(state.open.escalation) });
  } else {
    list.push({ label: t("take"), testid: "takeover", class: "small primary", click: takeOver });
  }
  return list;
}

function channelTag(channel) {
  return h("span", { class: "tag" }, channelIcon(channel.channel, 13), t(`channel.${channel.channel}`),
    channel.window_ends_at && [h("span", { "aria-hidden": "true" }, "·"), remaining(channel.window_ends_at, { soon: 3600, rough: true, over: t("window.closed"),
      label: (left) => t("window.left", { left }), testid: "conversation-window" })]);
}

function messages(root, id, reply) {
  const list = h("ol", { class: "messages", testid: "messages" });
  const older = button(t("conversation.older"), { class: "quiet small older", testid: "older",
    on: { click: () => attempt(loadOlder) } });
  const partial = h("p", { class: "partial", testid: "partial" });
  const scroll = h("div", { class: "scroll message-scroll", tabindex: 0, role: "log", "aria-label": t("conversation.messages") },
    older, list, partial);
  let newest = null;
  let atEnd = true;
  const toEnd = () => { if (atEnd) scroll.scrollTop = scroll.scrollHeight; };
  scroll.addEventListener("scroll", () => { atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80; });
  const resized = new ResizeObserver(toEnd);
  resized.observe(scroll);
  resized.observe(list);
  watch(["open", "partials", "speaking", "people"], () => {
    if (state.open?.id !== id) return;
    older.hidden = !state.open.cursor;
    list.hidden = !state.open.messages.length;
    keyed(list, withDays(state.open.messages), (item) => item.id, mark, (item) => messageItem(item, reply));
    const said = state.partials[id];
    const speaking = state.speaking[id];
    partial.hidden = !said?.text && !speaking;
    show(partial, said?.text ? [h("strong", {}, t(`author.${said.author}`), ": "), said.text, h("span", { class: "dots", "aria-hidden": "true" }, " …")]
      : speaking ? [icon("robot", 15), t(`speaking.${speaking}`)] : null);
    const last = state.open.messages.at(-1)?.id;
    if (newest === null) atEnd = true;
    requestAnimationFrame(toEnd);
    newest = last ?? newest;
  }, root);
  return scroll;
}
