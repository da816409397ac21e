// Records a voice note, lets it be heard, and hands it over as WAV.

import { button, h, iconButton, show } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { duration } from "./time.js";
import { toast } from "./toast.js";
import { resampled, wavOf } from "./wav.js";

const RATE = 16000;
const LONGEST = 300;

/** The recorder: a button that starts it and a panel that is there while it runs. `send` gets the WAV. */
export function voiceRecorder(send) {
  const panel = h("div", { class: "recorder", testid: "recorder" });
  panel.hidden = true;
  const start = iconButton(t("voice.record"), icon("mic"), { testid: "record", on: { click: record } });
  let wav = null;
  let url = null;

  async function record() {
    if (!panel.hidden) return;
    if (!navigator.mediaDevices?.getUserMedia) return void toast(t("voice.not_here"), "bad");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    } catch {
      return void toast(t("voice.no_microphone"), "bad");
    }
    const context = new AudioContext();
    const chunks = [];
    let samples = 0;
    let stopped = false;
    const level = h("meter", { min: 0, max: 1, value: 0, "aria-label": t("voice.level") });
    const time = h("span", { class: "clock", testid: "record-time" }, "0:00");
    await context.audioWorklet.addModule("/console/recorder-worklet.js");
    const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => {
      if (stopped) return;
      chunks.push(data);
      samples += data.length;
      level.value = Math.max(data.reduce((most, one) => Math.max(most, Math.abs(one)), 0), level.value * 0.9);
      time.textContent = duration(samples / context.sampleRate);
      if (samples > LONGEST * context.sampleRate) finish();
    };
    context.createMediaStreamSource(stream).connect(node);
    const end = () => {
      stopped = true;
      for (const track of stream.getTracks()) track.stop();
      const rate = context.sampleRate;
      context.close();
      return rate;
    };
    const finish = async () => {
      if (stopped) return;
      const rate = end();
      const whole = new Float32Array(samples);
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.length;
      }
      wav = wavOf(await resampled(whole, rate, RATE), RATE);
      preview();
    };
    panel.hidden = false;
    show(panel, h("span", { class: "recording" }, t("voice.recording")), time, level,
      button(t("voice.stop"), { class: "small primary", testid: "record-stop", on: { click: finish } }, icon("stop", 15)),
      button(t("cancel"), { class: "small quiet", testid: "record-cancel", on: { click: () => {
        end();
        clear();
      } } }));
    panel.querySelector("button").focus();
  }

  function preview() {
    url = URL.createObjectURL(wav);
    show(panel, h("audio", { controls: true, src: url, "aria-label": t("voice.preview"), testid: "record-preview" }),
      button(t("voice.send"), { class: "small primary", testid: "record-send", on: { click: () => send(wav) } }, icon("send", 15)),
      button(t("voice.discard"), { class: "small quiet", testid: "record-discard", on: { click: clear } }));
    panel.querySelector("[data-testid=record-send]").focus();
  }

  function clear() {
    if (url) URL.revokeObjectURL(url);
    wav = url = null;
    panel.hidden = true;
    show(panel);
  }

  return { start, panel, clear, again: () => wav && send(wav) };
}
