// Who is here: the strip in the bar.

import { h, show } from "./dom.js";
import { t } from "./i18n.js";
import { isMe, state, watch } from "./store.js";

const initials = (name) => name.split(/\s+/).map((word) => word[0] ?? "").slice(0, 2).join("").toUpperCase();

/** The colleagues who are here, each with status and load. */
export function peopleStrip(root) {
  const node = h("ul", { class: "people wide-only", "aria-label": t("people.title"), testid: "people" });
  watch(["people"], () => {
    const here = state.people.filter((one) => one.status && one.status !== "offline" && !isMe(one.username)).slice(0, 6);
    node.hidden = !here.length;
    show(node, here.map((one) => {
      const text = `${one.name ?? one.username}: ${t(`status.${one.status}`)}`
        + (Number.isFinite(one.load) ? `, ${t("people.load", { n: one.load, of: one.capacity ?? "?" })}` : "");
      return h("li", { title: text, testid: "person", "data-status": one.status },
        h("span", { class: "avatar", "aria-hidden": "true" }, initials(one.name ?? one.username ?? "?")),
        h("span", { class: `dot ${one.status}`, "aria-hidden": "true" }), h("span", { class: "hidden-visually" }, text));
    }));
  }, root);
  return node;
}
