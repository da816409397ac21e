// Telling a person who looks elsewhere: the system's notifications, a sound, a number in the title.

import { t } from "./i18n.js";
import { waiting } from "./queue.js";
import { state, watch } from "./store.js";
import { announce } from "./toast.js";

/** Whether notifications, or the sound, are wanted. */
export const wants = (what) => localStorage.getItem(`wants-${what}`) === "yes";

/** Chooses; asks the browser for its leave where it is needed. Whether it is on now. */
export async function want(what, on) {
  let granted = on;
  if (on && what === "notifications") {
    granted = "Notification" in window && (await Notification.requestPermission()) === "granted";
  }
  localStorage.setItem(`wants-${what}`, granted ? "yes" : "no");
  if (granted && what === "sound") chime(660);
  return granted;
}

/** A new escalation, said and shown. */
export function notifyRequest(data, conversation) {
  const text = `${t(`kind.${data.kind ?? "other"}`)}: ${data.reason ?? ""}`;
  announce(`${t("notify.request")}. ${text}`);
  if (wants("sound")) chime(data.priority === 1 ? 880 : 587);
  if (document.hidden || !document.hasFocus()) tell(t("notify.request"), text, conversation);
}

/** An escalation offered to the one who is signed in. */
export function notifyOffer(data, conversation) {
  announce(`${t("offer.to_you")}. ${data.reason ?? ""}`);
  if (wants("sound")) chime(880, 3);
  tell(t("offer.to_you"), data.reason ?? "", conversation);
}

/** A customer wrote in one's own conversation while one looks elsewhere. */
export function notifyMessage(data, conversation) {
  if (!document.hidden && document.hasFocus()) return;
  if (wants("sound")) chime(494);
  tell(t("notify.message"), data.text ?? "", conversation);
}

function tell(title, body, conversation) {
  if (!wants("notifications") || !("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification(title, { body, tag: conversation ?? title, icon: "/console/icon.svg" });
  notification.onclick = () => {
    window.focus();
    if (conversation) location.hash = `#/conversation/${encodeURIComponent(conversation)}`;
    notification.close();
  };
}

let context = null;

/** A short soft tone, or some. */
function chime(pitch, times = 1) {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  for (let n = 0; n < times; n++) {
    const start = context.currentTime + n * 0.28;
    const tone = new OscillatorNode(context, { frequency: pitch * (n % 2 ? 1.25 : 1) });
    const shape = new GainNode(context, { gain: 0 });
    shape.gain.setValueAtTime(0, start);
    shape.gain.linearRampToValueAtTime(0.18, start + 0.02);
    shape.gain.exponentialRampToValueAtTime(0.001, start + 0.24);
    tone.connect(shape).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.26);
  }
}

let title = "Assist";

/** Names the page by its screen. */
export function setTitle(text) {
  title = `${text} · Assist`;
  drawTitle();
}

function drawTitle() {
  const count = state.me ? waiting()?.length ?? 0 : 0;
  document.title = state.me ? `${count ? `(${count}) ` : ""}${title}` : "Assist";
}

/** Keeps the number of those who wait in the title. */
export function watchTitle() {
  watch(["escalations", "me"], drawTitle);
}
