// Short words about what has just happened.

import { h, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { nameOf } from "./store.js";

/** Shows `text` for a while; `tone` is info, good or bad. */
export function toast(text, tone = "info") {
  const node = h("div", { class: `toast ${tone}`, testid: "toast" },
    icon(tone === "bad" ? "warning" : tone === "good" ? "tick" : "info"), h("span", {}, text),
    iconButton(t("close"), icon("close", 14), { on: { click: () => node.remove() } }));
  const shelf = document.getElementById("toasts");
  shelf.append(node);
  while (shelf.children.length > 3) shelf.firstChild.remove();
  setTimeout(() => node.remove(), tone === "bad" ? 9000 : 5000);
}

/** Says at once to those who listen to the page what is new. */
export function announce(text) {
  document.getElementById("alerts").textContent = text;
}

/** What went wrong, in words. */
export function explain(error) {
  if (error.code === "claimed") return t("error.claimed", { name: nameOf(error.person) || t("someone") });
  if (error.code === "too_many_attempts") return t("error.too_many_attempts", { n: error.retryAfter ?? 60 });
  const known = `error.${error.code}`;
  const text = error.code ? t(known) : "";
  return text && text !== error.code.replaceAll("_", " ") ? text : error.message || t("error.unknown");
}

/** Runs `work` and tells if it fails; the answer, or undefined. */
export async function attempt(work, done) {
  try {
    const answer = await work();
    if (done) toast(done, "good");
    return answer ?? true;
  } catch (error) {
    toast(explain(error), "bad");
    return undefined;
  }
}
