// One key for what is done all day. Keys are quiet while one writes or a dialog is open.

import { claim, decline, handBack } from "./actions.js";
import { h } from "./dom.js";
import { openDialog } from "./dialog.js";
import { t } from "./i18n.js";
import { mostUrgent, step } from "./queue.js";
import { isMe, isSupervisor, state, update } from "./store.js";

const focus = (testid) => document.querySelector(`[data-testid="${testid}"]`)?.focus();
/** Clicks what has that test id, if it is there. */
function click(testid) {
  const target = document.querySelector(`[data-testid="${testid}"]`);
  target?.click();
  return Boolean(target);
}

const go = (name) => { location.hash = `#/${name}`; };
const mine = () => state.open?.conversation?.owner === "person" && isMe(state.open.conversation.person);

const keys = {
  j: { does: "next", run: () => step(1) },
  k: { does: "previous", run: () => step(-1) },
  c: { does: "claim", run: () => { const one = mostUrgent(); if (one) claim(one); } },
  d: { does: "decline", run: () => { const one = mostUrgent(); if (isMe(one?.offered_to)) decline(one); } },
  t: { does: "take", run: () => click("takeover") || click("head-claim") },
  b: { does: "back", run: () => { if (mine()) handBack(); } },
  r: { does: "write", run: () => focus(mine() ? "composer-text" : "coach-text") },
  l: { does: "listen", run: () => click("listen") },
  i: { does: "details", run: () => click("details-toggle") },
  1: { does: "waiting", run: () => { go("queue"); update({ lists: "waiting" }); } },
  2: { does: "mine", run: () => { go("queue"); update({ lists: "mine" }); } },
  3: { does: "all", run: () => { go("queue"); update({ lists: "all" }); } },
  w: { does: "wall", run: () => go("wall") },
  s: { does: "statistics", run: () => { if (isSupervisor()) go("statistics"); } },
  "?": { does: "help", run: () => showHelp() },
};

/** Listens to the keys. */
export function bindKeys() {
  document.addEventListener("keydown", (event) => {
    if (!state.me || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) return escape(event);
    if (event.target.closest?.("input, textarea, select, dialog, audio, [contenteditable]")) return;
    const key = keys[event.key];
    if (!key || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    key.run();
  });
}

/** Escape leaves the field, then the details, then the conversation. */
function escape(event) {
  const frame = document.querySelector(".show-details");
  if (event.target.closest?.("textarea, input")) event.target.blur();
  else if (frame) click("details-toggle");
  else if (state.open) go("queue");
}

/** Shows the keys. */
export function showHelp() {
  openDialog(t("keys.title"), () => [h("dl", { class: "keys" }, Object.entries(keys).map(([key, { does }]) =>
    h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(`keys.${does}`)))),
    h("div", {}, h("dt", {}, h("kbd", {}, "Esc")), h("dd", {}, t("keys.escape"))))], { testid: "help-dialog" });
}
