// What each person sets for their own browser.

import { freshID, h } from "./dom.js";
import { openDialog } from "./dialog.js";
import { language, languages, setLanguage, t } from "./i18n.js";
import { want, wants } from "./notifications.js";
import { setTheme, theme } from "./theme.js";
import { toast } from "./toast.js";

/** Opens the settings; `draw` draws the page again in another language. */
export function openSettings(draw) {
  openDialog(t("shell.settings"), (close) => [
    toggle("notifications"), toggle("sound"),
    select(t("settings.language"), "language", Object.entries(languages), language(), (tag) => {
      setLanguage(tag);
      close();
      draw();
    }),
    select(t("settings.theme"), "theme", ["system", "light", "dark"].map((name) => [name, t(`theme.${name}`)]), theme(), setTheme),
  ], { testid: "settings-dialog" });
}

function toggle(what) {
  const id = freshID("toggle");
  const box = h("input", { type: "checkbox", id, testid: `toggle-${what}`, on: { change: async () => {
    const on = await want(what, box.checked);
    if (box.checked && !on) toast(t("settings.refused"), "bad");
    box.checked = on;
  } } });
  box.checked = wants(what);
  return h("p", { class: "setting" }, box, h("label", { for: id }, t(`settings.${what}`)));
}

function select(label, testid, options, value, choose) {
  const id = freshID("select");
  const node = h("select", { id, testid: `select-${testid}`, on: { change: () => choose(node.value) } },
    options.map(([name, text]) => h("option", { value: name }, text)));
  node.value = value;
  return h("p", { class: "setting" }, h("label", { for: id }, label), node);
}
