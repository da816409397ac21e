// A recording with its waveform: the caller above the line, our side below.

import { get, path } from "./api.js";
import { h, iconButton, show, svg } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { duration } from "./time.js";

const WIDTH = 400;
const HEIGHT = 64;

/** The player of a call's recording, and `seek(seconds)`. */
export function player(call) {
  const url = call.recording.url ?? path("calls", call.id, "recording");
  const audio = h("audio", { src: url, preload: "metadata" });
  const play = iconButton(t("player.play"), icon("play"), { testid: "play", on: { click: () => (audio.paused ? audio.play() : audio.pause()) } });
  const position = h("span", { class: "clock", testid: "position" });
  const head = svg("line", { class: "head", x1: 0, x2: 0, y1: 0, y2: HEIGHT });
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", class: "waveform", "aria-hidden": "true" });
  const slider = h("input", { type: "range", min: 0, max: 1, step: 0.1, value: 0, class: "seek-bar", "aria-label": t("player.position"), testid: "seek",
    on: { input: () => { audio.currentTime = Number(slider.value); draw(); } } });
  const speed = h("select", { "aria-label": t("player.speed"), on: { change: () => { audio.playbackRate = Number(speed.value); } } },
    [1, 1.25, 1.5, 2].map((rate) => h("option", { value: rate }, `${rate}×`)));
  const total = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : call.recording.seconds ?? 0);
  const element = h("div", { class: "player", testid: "player" }, audio,
    h("div", { class: "wave-box" }, drawing, slider),
    h("p", { class: "legend" }, h("span", { class: "key caller" }, t("player.caller")), h("span", { class: "key ours" }, t("player.ours"))),
    h("div", { class: "row" }, play, position, h("span", { class: "push" }), speed,
      h("a", { href: url, download: `${call.id}.wav`, class: "small-link" }, t("player.download"))));

  function draw() {
    slider.max = total() || 1;
    slider.value = audio.currentTime;
    slider.setAttribute("aria-valuetext", `${duration(audio.currentTime)} / ${duration(total())}`);
    position.textContent = `${duration(audio.currentTime)} / ${duration(total())}`;
    const x = total() ? (audio.currentTime / total()) * WIDTH : 0;
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
  }
  for (const event of ["timeupdate", "loadedmetadata", "durationchange", "seeked"]) audio.addEventListener(event, draw);
  for (const event of ["play", "pause", "ended"]) {
    audio.addEventListener(event, () => {
      show(play, icon(audio.paused ? "play" : "pause"));
      const name = t(audio.paused ? "player.play" : "player.pause");
      play.setAttribute("aria-label", name);
      play.title = name;
    });
  }
  draw();
  get(path("calls", call.id, "waveform")).then((wave) => {
    show(drawing, side(wave.caller, -1, "caller"), side(wave.assistant, 1, "ours"), head);
  }).catch(() => show(drawing, head));
  return { element, seek: (seconds) => {
    audio.currentTime = seconds;
    draw();
    audio.play();
  } };
}

/** One side as one path of bars. */
function side(peaks, direction, name) {
  if (!Array.isArray(peaks) || !peaks.length) return null;
  const step = WIDTH / peaks.length;
  const middle = HEIGHT / 2;
  const bars = peaks.map((peak, n) => {
    const height = Math.max(0.5, Math.min(1, Math.abs(Number(peak) || 0)) * (middle - 2));
    return `M${(n * step + step / 2).toFixed(2)} ${middle}v${(direction * height).toFixed(2)}`;
  });
  return svg("path", { d: bars.join(""), class: `wave ${name}`, "stroke-width": Math.max(0.6, step * 0.7) });
}
