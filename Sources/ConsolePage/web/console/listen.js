// Listening to a live call: sound that comes in pieces of 100 ms, played without gaps, with its levels.

import { h } from "./dom.js";
import { socket } from "./events.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { state, update } from "./store.js";
import { toast } from "./toast.js";

const LEAD = 0.25;
let context = null;
let gain = null;
let next = 0;
let expected = null;
const levels = { caller: 0, ours: 0 };

/** Starts to listen to a call, and stops listening to another. */
export async function listen(call) {
  if (state.listening) await stopListening();
  context ??= new AudioContext();
  await context.resume();
  gain ??= new GainNode(context, { gain: volume() });
  gain.connect(context.destination);
  update({ listening: call });
  await ask(call);
}

async function ask(call) {
  next = 0;
  expected = null;
  try {
    const answer = await socket.emit("listen", { call });
    if (answer?.error) throw new Error(answer.error.message ?? answer.error.code);
  } catch (error) {
    update({ listening: null });
    toast(t("listen.failed", { reason: error.message }), "bad");
  }
}

/** After the connection came back. */
export function listenAgain() {
  if (state.listening) ask(state.listening);
}

export async function stopListening() {
  const call = state.listening;
  update({ listening: null });
  levels.caller = levels.ours = 0;
  if (call && socket.connected) await socket.emit("unlisten", { call }).catch(() => {});
}

/** Plays a piece: 16-bit little-endian, caller and our side interleaved. */
export function takeAudio(head, bytes) {
  if (!context || !bytes || head?.call !== state.listening || bytes.byteLength < 4) return;
  const frames = Math.floor(bytes.byteLength / 4);
  const view = new DataView(bytes);
  const buffer = context.createBuffer(2, frames, head.rate || 8000);
  for (const [channel, side] of [[0, "caller"], [1, "ours"]]) {
    const samples = buffer.getChannelData(channel);
    let most = 0;
    for (let frame = 0; frame < frames; frame++) {
      const sample = view.getInt16(frame * 4 + channel * 2, true) / 32768;
      samples[frame] = sample;
      most = Math.max(most, Math.abs(sample));
    }
    levels[side] = Math.max(most, levels[side] * 0.7);
  }
  const time = context.currentTime;
  // Late or after a gap: begin again with some lead; far ahead: the clocks differ, so let go of one piece.
  if (next < time + 0.02 || (expected !== null && head.sequence > expected + 5)) next = time + LEAD;
  expected = (head.sequence ?? 0) + 1;
  if (next > time + 1.5) return;
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(gain);
  source.start(next);
  next += buffer.duration;
}

const volume = () => Math.min(1, Math.max(0, Number(localStorage.getItem("volume") ?? 0.8)));

/** The control for a call: listen or stop, both levels, volume. */
export function listenControl(call, { compact = false } = {}) {
  const active = state.listening === call;
  const toggle = h("button", { type: "button", class: `small ${active ? "primary" : ""}`, "aria-pressed": String(active),
    testid: "listen", on: { click: () => (state.listening === call ? stopListening() : listen(call)) } },
    icon(active ? "stop" : "listen", 16), h("span", {}, active ? t("listen.stop") : t("listen")));
  if (!active) return h("div", { class: "listen row" }, toggle);
  const meter = (side) => h("meter", { min: 0, max: 1, value: 0, "aria-label": t(`listen.${side}`), title: t(`listen.${side}`),
    testid: `level-${side}` });
  const [caller, ours] = [meter("caller"), meter("ours")];
  const slider = h("input", { type: "range", min: 0, max: 1, step: 0.05, "aria-label": t("listen.volume"), testid: "volume",
    on: { input: () => {
      localStorage.setItem("volume", slider.value);
      if (gain) gain.gain.value = Number(slider.value);
    } } });
  slider.value = volume();
  const node = h("div", { class: "listen row", testid: "listening" }, toggle,
    h("span", { class: "levels" }, h("span", {}, t("listen.caller"), caller), h("span", {}, t("listen.ours"), ours)),
    !compact && h("label", { class: "volume" }, h("span", {}, t("listen.volume")), slider));
  const draw = () => {
    if (!node.isConnected && node.seen) return;
    node.seen = node.isConnected;
    caller.value = levels.caller;
    ours.value = levels.ours;
    levels.caller *= 0.96;
    levels.ours *= 0.96;
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  return node;
}

