// What the page says, in the language of the browser or the one chosen.

import en from "./en.js";
import es from "./es.js";

const tables = { en, es };
const chosen = localStorage.getItem("language");
let current = tables[chosen] ? chosen : (navigator.languages ?? [navigator.language ?? "en"])
  .map((tag) => tag.slice(0, 2)).find((tag) => tables[tag]) ?? "en";
document.documentElement.lang = current;

/** The language in use, `en` or `es`. */
export const language = () => current;

/** The language as the browser writes its times and dates, e.g. `en-GB`. */
export const locale = () => (navigator.languages ?? []).find((tag) => tag.slice(0, 2) === current) ?? current;

/** The languages there are. */
export const languages = { en: "English", es: "Español" };

/** Changes the language and remembers it. The caller draws the page again. */
export function setLanguage(tag) {
  if (!tables[tag]) return;
  current = tag;
  localStorage.setItem("language", tag);
  document.documentElement.lang = tag;
}

/** The text for `key`, with `{name}` replaced from `values`. What has no text shows its own key's end. */
export function t(key, values = {}) {
  const text = tables[current][key] ?? en[key];
  if (text === undefined) return key.slice(key.indexOf(".") + 1).replaceAll("_", " ");
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? ""));
}
