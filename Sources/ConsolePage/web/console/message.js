// One message of a conversation.

import { path } from "./api.js";
import { h, iconButton } from "./dom.js";
import { channelIcon, icon } from "./icons.js";
import { t } from "./i18n.js";
import { isMe, nameOf, state } from "./store.js";
import { clock, day } from "./time.js";

const ticks = { queued: "clock", sent: "tick", delivered: "ticks", read: "ticks", played: "ticks", failed: "warning" };

/** The messages with a heading where a day begins. */
export function withDays(messages) {
  const items = [];
  let last = null;
  for (const message of messages) {
    const date = day(message.at);
    if (date !== last) items.push({ id: `day ${date}`, day: date });
    last = date;
    items.push(message);
  }
  return items;
}

/** What a redraw of a message depends on. */
export const mark = (item) => [item, item.reply_to && find(item.reply_to)?.text, nameOf(item.person)];

const find = (id) => state.open?.messages.find((message) => message.id === id);

/** Who wrote, in words. */
export function authorName(message) {
  if (message.author === "person") return isMe(message.person) ? t("author.me") : nameOf(message.person) || t("author.person");
  return t(`author.${message.author}`);
}

/** The element for a message; `reply` is called to answer to it. */
export function messageItem(message, reply) {
  if (message.day) return h("li", { class: "day" }, h("span", {}, message.day));
  if (message.author === "system" || message.kind === "note" || message.kind === "coach") return note(message);
  const side = message.author === "customer" ? "in" : "out";
  const quoted = message.reply_to && find(message.reply_to);
  return h("li", { class: `message ${side} by-${message.author} ${message.state === "failed" ? "failed" : ""}`,
    testid: "message", "data-row": message.id, "data-author": message.author, "data-state": message.state },
    h("p", { class: "by" }, icon(message.author === "assistant" ? "robot" : "person", 14),
      h("strong", {}, authorName(message)), channelIcon(message.channel, 13),
      h("span", { class: "hidden-visually" }, t(`channel.${message.channel}`)),
      h("time", { datetime: message.at }, clock(message.at))),
    message.reply_to && h("blockquote", { testid: "quote" }, quoted ? quoted.text || t(`message.${quoted.kind}`) : t("message.earlier")),
    media(message), message.text && h("p", { class: "text", testid: "message-text" }, message.text), choices(message),
    side === "out" && delivery(message),
    reply && message.channel !== "phone" && iconButton(t("message.reply"), icon("reply", 15),
      { class: "reply", testid: "reply", on: { click: () => reply(message) } }));
}

function note(message) {
  return h("li", { class: `message note ${message.kind === "coach" ? "coach" : ""}`, testid: "message-note", "data-row": message.id },
    icon(message.kind === "coach" ? "coach" : "info", 15),
    h("p", {}, message.kind === "coach" && h("strong", {}, `${t("coach.by", { name: nameOf(message.person) })} `),
      message.text, " ", h("time", { datetime: message.at }, clock(message.at))));
}

function source(media) {
  if (!media) return null;
  if (typeof media === "object") return media.url ?? (media.id ? path("media", media.id) : null);
  return media.startsWith("/") ? media : path("media", media);
}

const isSound = (kind) => /voice|audio/.test(kind ?? "");

function media(message) {
  const url = source(message.media);
  if (!url) return isSound(message.kind) && message.channel !== "phone"
    ? h("p", { class: "attachment" }, icon("mic", 15), t("message.voice_note")) : null;
  if (isSound(message.kind) || /^audio/.test(message.media?.type ?? "")) {
    return h("div", { class: "sound" },
      h("audio", { controls: true, preload: "none", src: url, "aria-label": t("message.voice_of", { name: authorName(message) }),
        testid: "voice-note" }));
  }
  if (/image|sticker/.test(message.kind ?? "")) {
    return h("a", { href: url, target: "_blank", rel: "noopener" }, h("img", { class: "picture", src: url, loading: "lazy",
      alt: t("message.picture_of", { name: authorName(message) }) }));
  }
  return h("p", { class: "attachment" }, h("a", { href: url, target: "_blank", rel: "noopener" }, t("message.file")));
}

function choices(message) {
  if (!Array.isArray(message.buttons) || !message.buttons.length) return null;
  return h("ul", { class: "offered-buttons", "aria-label": t("message.buttons") },
    message.buttons.map((one) => h("li", {}, one.title ?? one)));
}

function delivery(message) {
  const name = message.state;
  if (!ticks[name] && name !== "withdrawn") return null;
  return h("p", { class: `delivery ${name}`, testid: "delivery" }, icon(ticks[name] ?? "close", 15),
    t(`state.${name}`), name === "failed" && message.failure ? `: ${failureText(message.failure)}` : "");
}

function failureText(failure) {
  return typeof failure === "object" ? failure.message ?? failure.title ?? failure.code ?? "" : failure;
}
