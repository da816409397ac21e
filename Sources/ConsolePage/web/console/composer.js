// Where a person writes: text, buttons, an answer to a message, a voice note; or a word to the assistant.

import { liveCallOf, takeOver } from "./actions.js";
import { path, post, postSound } from "./api.js";
import { button, freshID, h, iconButton, show } from "./dom.js";
import { socket } from "./events.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { reloadOpen } from "./loading.js";
import { authorName } from "./message.js";
import { isMe, isSupervisor, nameOf, state, watch } from "./store.js";
import { now, parse } from "./time.js";
import { attempt, explain, toast } from "./toast.js";
import { voiceRecorder } from "./voice.js";

const drafts = new Map();

/** Throws away what was begun; the next person at this browser does not see it. */
export const forgetDrafts = () => drafts.clear();

/** The composer of a conversation, with `reply(message)` and `suggest(text)` for what is around it. */
export function composer(id) {
  const field = freshID("text");
  const draft = drafts.get(id) ?? { text: "", buttons: [], reply: null };
  drafts.set(id, draft);
  let seen = 0;

  const text = h("textarea", { id: field, rows: 2, testid: "composer-text", "aria-describedby": `${field}-hint`,
    on: { input: () => { draft.text = text.value; typing(); }, keydown: keys, blur: () => tellTyping(false) } });
  text.value = draft.text;
  const label = h("label", { for: field, class: "hidden-visually" }, t("composer.label"));
  const quote = h("div", {});
  const options = h("div", { class: "button-fields" });
  const problem = h("div", { role: "alert", testid: "composer-problem" });
  const notice = h("p", { class: "notice", testid: "composer-notice" });
  const warning = h("p", { class: "notice warn", role: "status", testid: "typing-warning" });
  const send = h("button", { type: "submit", class: "primary", testid: "send" }, icon("send"), h("span", {}, t("composer.send")));
  const voice = voiceRecorder(sendVoice);
  const tools = h("div", { class: "row tools" },
    iconButton(t("composer.add_buttons"), icon("buttons"), { testid: "add-buttons", on: { click: addButton } }),
    voice.start, h("span", { id: `${field}-hint`, class: "hint small wide-only" }, t("composer.hint")), send);
  const form = h("form", { class: "write", testid: "composer", on: { submit: (event) => {
    event.preventDefault();
    sendText();
  } } }, warning, problem, quote, h("div", { class: "field" }, label, text), options, voice.panel, tools);
  const coach = coachBox(id);
  const element = h("div", { class: "composer" }, notice, form, coach);

  watch(["open", "viewers", "me", "calls"], () => {
    const conversation = state.open?.id === id ? state.open.conversation : null;
    if (!conversation || !state.me) return void (element.hidden = true);
    element.hidden = false;
    const mine = conversation.owner === "person" && isMe(conversation.person);
    form.hidden = !mine;
    coach.hidden = mine || conversation.owner === "person" || !isSupervisor();
    const live = liveCallOf(id);
    const closed = !live && windowClosed(conversation);
    const why = mine ? (closed ? t("composer.window_closed") : live ? t("composer.spoken") : "")
      : conversation.owner === "person" ? t("composer.other", { name: nameOf(conversation.person) })
        : t(`composer.${conversation.owner ?? "assistant"}`);
    if (notice.dataset.text !== why) {
      notice.dataset.text = why;
      show(notice, why && [icon(closed ? "warning" : "info", 15), h("span", {}, why)]);
    }
    notice.hidden = !why;
    notice.classList.toggle("warn", closed);
    const typers = (state.viewers[id] ?? []).filter((one) => one.typing && !isMe(one.username)).map(nameOf);
    warning.hidden = !mine || !typers.length;
    if (!warning.hidden) warning.textContent = t("composer.someone_types", { name: typers.join(", ") });
  }, element);

  function drawQuote() {
    show(quote, draft.reply && h("div", { class: "quote-bar", testid: "quote-bar" }, icon("reply", 15),
      h("span", {}, h("strong", {}, authorName(draft.reply)), ": ", draft.reply.text || t("message.voice_note")),
      iconButton(t("composer.no_reply"), icon("close", 14), { testid: "quote-remove", on: { click: () => {
        draft.reply = null;
        drawQuote();
      } } })));
  }

  function drawButtons() {
    show(options, draft.buttons.map((title, at) => h("div", { class: "button-field" },
      h("input", { "aria-label": t("composer.button_title", { n: at + 1 }), maxlength: 20, value: title,
        placeholder: t("composer.button_title", { n: at + 1 }), testid: `button-title-${at + 1}`,
        on: { input: (event) => { draft.buttons[at] = event.target.value; } } }),
      iconButton(t("composer.remove_button", { n: at + 1 }), icon("close", 14), { on: { click: () => {
        draft.buttons.splice(at, 1);
        drawButtons();
      } } }))));
  }

  function addButton() {
    if (draft.buttons.length >= 3) return void toast(t("composer.three_buttons"));
    draft.buttons.push("");
    drawButtons();
    options.querySelector(".button-field:last-child input").focus();
  }

  function keys(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      sendText();
    }
  }

  async function sendText() {
    const words = text.value.trim();
    if (!words || send.disabled) return;
    const titles = draft.buttons.map((title) => title.trim()).filter(Boolean);
    const body = { text: words, epoch: state.open?.conversation?.epoch };
    if (titles.length) body.buttons = titles.map((title, at) => ({ id: `b${at + 1}`, title }));
    if (draft.reply) body.reply_to = draft.reply.id;
    await deliver(() => post(path("conversations", id, "messages"), body), sendText, () => {
      Object.assign(draft, { text: "", buttons: [], reply: null });
      text.value = "";
      drawQuote();
      drawButtons();
      text.focus();
    });
  }

  function sendVoice(wav) {
    return deliver(() => postSound(path("conversations", id, "voice-notes"), wav), () => voice.again(), () => voice.clear());
  }

  async function deliver(work, again, done) {
    send.disabled = true;
    seen = Math.max(0, ...(state.open?.messages ?? []).map((message) => message.sequence ?? 0));
    tellTyping(false);
    try {
      await work();
      show(problem);
      done();
    } catch (error) {
      if (error.code === "conflict") conflict(again);
      else show(problem, h("p", { class: "problem" }, icon("warning", 15), explain(error)));
    }
    send.disabled = false;
    reloadOpen();
  }

  /** Shows what came in between as soon as it is there, and lets the person send again or not. */
  function conflict(again) {
    const news = h("ul", { class: "news" });
    const panel = h("div", { class: "conflict", testid: "conflict" }, h("p", {}, icon("warning", 15), h("strong", {}, t("conflict.title"))), news,
      h("div", { class: "row" },
        button(t("conflict.again"), { class: "small primary", testid: "send-again", on: { click: () => {
          show(problem);
          again();
        } } }),
        button(t("conflict.keep"), { class: "small quiet", testid: "conflict-keep", on: { click: () => show(problem) } })));
    show(problem, panel);
    watch(["open"], () => {
      if (state.open?.id !== id) return;
      const fresh = state.open.messages.filter((message) => (message.sequence ?? 0) > seen);
      const owner = state.open.conversation;
      show(news, !isMe(owner?.person) && owner?.owner === "person" && h("li", {}, t("conflict.owner_now", { name: nameOf(owner.person) })),
        owner?.owner !== "person" && h("li", {}, t("conflict.owner"), " ",
          button(t("take"), { class: "small", on: { click: takeOver } })),
        fresh.map((message) => h("li", {}, h("strong", {}, authorName(message)), ": ", message.text || t(`message.${message.kind}`))),
        !fresh.length && isMe(owner?.person) && h("li", {}, t("conflict.state")));
    }, panel);
  }

  let typingUntil = 0;
  let quietTimer;
  function typing() {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(() => tellTyping(false), 4000);
    if (Date.now() < typingUntil) return;
    typingUntil = Date.now() + 3000;
    if (socket.connected) socket.emit("typing", { conversation: id, on: true }).catch(() => {});
  }

  function tellTyping(on) {
    clearTimeout(quietTimer);
    if (!typingUntil) return;
    typingUntil = 0;
    if (socket.connected) socket.emit("typing", { conversation: id, on }).catch(() => {});
  }

  drawQuote();
  drawButtons();
  return {
    element,
    reply: (message) => {
      draft.reply = message;
      drawQuote();
      text.focus();
    },
    suggest: (words) => {
      text.value = draft.text = words;
      if (form.hidden) toast(t("composer.suggestion_kept"));
      else text.focus();
    },
  };
}

function windowClosed(conversation) {
  const chats = (conversation.channels ?? []).filter((one) => one.window_ends_at);
  return chats.length > 0 && chats.every((one) => parse(one.window_ends_at) <= now());
}

/** Tells the assistant something that the customer does not hear. */
function coachBox(id) {
  const field = freshID("coach");
  const text = h("textarea", { id: field, rows: 2, testid: "coach-text" });
  return h("form", { class: "coach-form", testid: "coach", on: { submit: async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) return;
    if (await attempt(() => post(path("conversations", id, "coach"), { text: words }), t("coach.done"))) text.value = "";
    reloadOpen();
  } } },
    h("label", { for: field }, icon("coach", 15), t("coach.label")), text,
    h("div", { class: "row end" }, h("button", { type: "submit", class: "small", testid: "coach-send" }, t("coach.send"))));
}
