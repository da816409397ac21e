// The live call of the open conversation, and its calls of before with recording, transcript and timing.

import { get, path } from "./api.js";
import { button, h, show } from "./dom.js";
import { liveCallOf } from "./actions.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { listenControl } from "./listen.js";
import { authorName } from "./message.js";
import { player } from "./player.js";
import { isSupervisor, state, watch } from "./store.js";
import { clock, duration, elapsed, stamp, parse } from "./time.js";
import { attempt } from "./toast.js";
import { waterfall } from "./waterfall.js";

/** The bar over the messages while a call is live. */
export function callBar(id, root) {
  const words = h("div", { class: "row" });
  const ears = h("div", {});
  const node = h("div", { class: "call-bar", testid: "call-bar", role: "group", "aria-label": t("call.now") }, words, ears);
  let mark = null;
  let heard = null;
  watch(["calls", "open", "listening", "quality", "transfers", "me"], () => {
    if (state.open?.id !== id) return;
    const call = liveCallOf(id);
    const facts = call && state.calls.find((one) => one.id === call);
    const transfer = transferText(state.transfers[call]);
    const fresh = JSON.stringify([call, facts?.state, state.quality[call]?.mos, transfer]);
    node.hidden = !call;
    // Drawn apart, so that new figures do not take the volume from under one's finger.
    const listening = JSON.stringify([call, state.listening, isSupervisor()]);
    if (listening !== heard) show(ears, call && isSupervisor() ? listenControl(call) : null);
    heard = listening;
    if (fresh === mark) return;
    mark = fresh;
    if (!call) return void show(words);
    const since = facts?.answered_at ?? facts?.started_at;
    show(words, h("span", { class: "live" }, icon("phone", 15), t(facts?.state === "ringing" ? "call.ringing" : "call.live")),
      since && elapsed(since, { class: "clock", testid: "call-time" }), quality(state.quality[call]),
      transfer && h("span", { class: "tag", role: "status", testid: "transfer" }, transfer));
  }, root);
  return node;
}

function quality(figures) {
  if (!Number.isFinite(figures?.mos)) return null;
  const level = figures.mos >= 4 ? "good" : figures.mos >= 3.4 ? "fair" : "poor";
  return h("span", { class: `tag quality ${level}`, title: t("call.mos") }, `${t(`call.${level}`)} (MOS ${figures.mos.toFixed(1)})`);
}

function transferText(transfer) {
  if (!transfer) return "";
  if (transfer.type === "transfer.finished") return t(transfer.succeeded ? "transfer.succeeded" : "transfer.failed", { status: transfer.status ?? "" });
  return transfer.type === "transfer.progress" ? t("transfer.progress", { status: transfer.status ?? "" }) : t("transfer.started");
}

/** The list of a conversation's calls. */
export function callList(id, root) {
  const items = h("div", { class: "calls" });
  const node = h("section", { class: "card", "aria-labelledby": "calls-title", testid: "calls" },
    h("header", {}, h("h3", { id: "calls-title" }, icon("phone", 16), t("call.all"))), items);
  const made = new Map();
  watch(["open", "calls"], () => {
    if (state.open?.id !== id) return;
    const calls = state.open.calls;
    const mark = JSON.stringify(calls.map((call) => [call.id, call.state]));
    if (node.markOf === mark) return;
    node.markOf = mark;
    show(items, calls.length ? calls.map((call) => {
      const key = `${call.id} ${call.state}`;
      if (!made.has(key)) made.set(key, callItem(call));
      return made.get(key);
    }) : h("p", { class: "hint" }, t("call.no_calls", { host: location.hostname })));
  }, root);
  return node;
}

function length(call) {
  const from = parse(call.answered_at);
  const to = parse(call.ended_at);
  return from !== null && to !== null ? duration((to - from) / 1000) : t(`call.state_${call.state ?? "ended"}`);
}

function callItem(call) {
  const body = h("div", { class: "call-body" });
  const node = h("details", { class: "call", testid: "call", "data-row": call.id, on: { toggle: async () => {
    if (!node.open || node.loaded) return;
    node.loaded = true;
    const full = await attempt(() => get(path("calls", call.id)));
    if (full) show(body, callBody(full));
    else node.loaded = false;
  } } },
    h("summary", {}, h("span", {}, t(`call.${call.direction ?? "inbound"}`)), h("time", { datetime: call.started_at }, stamp(call.started_at)),
      h("span", { class: "push" }, length(call))), body);
  return node;
}

function callBody(call) {
  const turns = call.turns?.length ? call.turns : state.timings[call.id] ?? [];
  const said = (state.open?.messages ?? []).filter((message) => message.call === call.id);
  const sound = call.recording ? player(call) : null;
  return [
    sound?.element ?? h("p", { class: "hint" }, t(call.state === "ended" ? "call.no_recording" : "call.recording_later")),
    said.length ? transcript(call, said, sound) : null,
    turns.length ? waterfall(turns) : h("p", { class: "hint" }, t("call.no_turns")),
    call.reason && h("p", { class: "hint" }, t("call.ended_because", { reason: call.reason })),
  ];
}

/** What was said, each line a way to that place in the recording. */
function transcript(call, messages, sound) {
  const start = parse(call.recording?.started_at ?? call.answered_at ?? call.started_at);
  return h("details", { class: "transcript", testid: "transcript" }, h("summary", {}, t("call.transcript")),
    h("ol", {}, messages.map((message) => {
      const at = start === null ? null : Math.max(0, (parse(message.at) - start) / 1000);
      const who = h("strong", {}, authorName(message), ": ");
      return h("li", {}, sound && at !== null
        ? button(duration(at), { class: "quiet small seek", "aria-label": t("call.play_from", { at: duration(at) }), on: { click: () => sound.seek(at) } })
        : h("time", { datetime: message.at }, clock(message.at)), h("span", {}, who, message.text ?? ""));
    })));
}
