// Times and the clocks that run on the page, all by the server's clock.

import { h } from "./dom.js";
import { locale, t } from "./i18n.js";

let skew = 0;
const running = new Set();

/** Takes the server's time from an answer's Date, which has whole seconds. */
export function syncClock(date) {
  const server = Date.parse(date ?? "");
  if (Number.isNaN(server)) return;
  const difference = server + 500 - Date.now();
  skew = Math.abs(difference) > 2000 ? difference : 0;
}

/** The server's now, in milliseconds. */
export const now = () => Date.now() + skew;

/** Milliseconds of a time stamp, or null. */
export function parse(text) {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? null : time;
}

/** Seconds as 0:05, 12:30 or 1:02:03. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${Math.floor(whole / 60) % 60}`;
  return hours ? `${hours}:${rest.padStart(2, "0")}:${two(whole % 60)}` : `${rest}:${two(whole % 60)}`;
}

/** Seconds in the largest unit that fits: 45 s, 12 min, 5 h. */
export function roughly(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return t("time.seconds", { n: whole });
  if (whole < 5400) return t("time.minutes", { n: Math.round(whole / 60) });
  return t("time.hours", { n: Math.round(whole / 3600) });
}

/** The time of day. */
export function clock(text) {
  const time = parse(text);
  return time === null ? "" : new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(time);
}

/** Day and time. */
export function stamp(text) {
  const time = parse(text);
  if (time === null) return "";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(time);
}

/** The day, by which messages are grouped. */
export function day(text) {
  const time = parse(text);
  if (time === null) return "";
  return new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(time);
}

/** Runs `draw` now and every second while `node` is on the page. */
export function every(node, draw) {
  draw();
  running.add({ node, draw, seen: false });
  return node;
}

setInterval(() => {
  for (const entry of running) {
    if (entry.node.isConnected) {
      entry.seen = true;
      entry.draw();
    } else if (entry.seen) {
      running.delete(entry);
    } else {
      entry.seen = true;
    }
  }
}, 1000);

/** How long it has been since `text`, counting up. */
export function elapsed(text, props) {
  const start = parse(text);
  const node = h("time", { datetime: text, ...props });
  if (start === null) return node;
  return every(node, () => { node.textContent = duration((now() - start) / 1000); });
}

/** How long until `text`, counting down. Under `soon` seconds it is marked; past the end it says `over`. */
export function remaining(text, { soon = 60, over, rough = false, label = (left) => left, ...props } = {}) {
  const end = parse(text);
  const node = h("time", { datetime: text, ...props });
  if (end === null) return node;
  return every(node, () => {
    const left = (end - now()) / 1000;
    node.textContent = left <= 0 ? over : label(rough ? roughly(left) : duration(left));
    node.classList.toggle("soon", left > 0 && left < soon);
    node.classList.toggle("late", left <= 0);
  });
}
