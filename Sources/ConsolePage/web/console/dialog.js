// Questions that want an answer, in the browser's own dialog: Escape closes, the focus comes back.

import { button, freshID, h, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

/** Opens a dialog with `content`; resolves with what `close(value)` was given, or null. */
export function openDialog(title, content, { testid, wide } = {}) {
  return new Promise((resolve) => {
    const id = freshID("dialog");
    let result = null;
    const node = h("dialog", { "aria-labelledby": id, testid, class: wide ? "wide" : "" });
    const close = (value) => {
      result = value ?? null;
      node.close();
    };
    node.append(
      h("header", {}, h("h2", { id }, title),
        iconButton(t("close"), icon("close"), { testid: "dialog-close", on: { click: () => close() } })),
      h("div", { class: "dialog-body" }, content(close)));
    node.addEventListener("close", () => {
      node.remove();
      resolve(result);
    });
    node.addEventListener("click", (event) => { if (event.target === node) close(); });
    document.body.append(node);
    node.showModal();
    node.querySelector("[autofocus]")?.focus();
  });
}

/** Asks before something is done; true or false. */
export async function confirm(title, text, yes, testid = "confirm") {
  return Boolean(await openDialog(title, (close) => [
    h("p", {}, text),
    h("div", { class: "row end" },
      button(t("cancel"), { class: "quiet", testid: `${testid}-no`, on: { click: () => close() } }),
      button(yes, { class: "primary", testid: `${testid}-yes`, autofocus: true, on: { click: () => close(true) } })),
  ], { testid }));
}

/** Asks for some words; the text (it may be empty) or null. */
export function ask(title, label, yes, { testid, hint } = {}) {
  return openDialog(title, (close) => {
    const id = freshID("ask");
    const field = h("textarea", { id, rows: 3, autofocus: true, testid: `${testid}-text` });
    return h("form", { method: "dialog", on: { submit: (event) => {
      event.preventDefault();
      close(field.value.trim() || " ");
    } } },
      h("label", { for: id }, label), field, hint && h("p", { class: "hint" }, hint),
      h("div", { class: "row end" },
        button(t("cancel"), { class: "quiet", on: { click: () => close() } }),
        h("button", { type: "submit", class: "primary", testid: `${testid}-yes` }, yes)));
  }, { testid }).then((text) => (text === null ? null : text.trim()));
}

/** Asks to choose one; its value or null. */
export function choose(title, text, choices, testid) {
  return openDialog(title, (close) => [
    text && h("p", {}, text),
    h("div", { class: "choices" }, choices.map((choice, at) => h("button", {
      type: "button", class: "choice", testid: `${testid}-${choice.value}`, autofocus: at === 0,
      on: { click: () => close(choice) },
    }, icon(choice.icon), h("span", {}, h("strong", {}, choice.label), choice.hint && h("small", {}, choice.hint))))),
  ], { testid }).then((choice) => choice && choice.value);
}
