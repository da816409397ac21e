// The way in.

import { post } from "./api.js";
import { button, h, show } from "./dom.js";
import { language, languages, setLanguage, t } from "./i18n.js";
import { explain } from "./toast.js";

const reasons = { expired: "signin.expired", revoked: "signin.revoked", bad_link: "signin.bad_link",
  unreachable: "error.unreachable" };

/** The sign-in form; `enter` gets what the program answers. */
export function signIn(enter, reason) {
  const problem = h("p", { class: "problem", role: "alert", testid: "sign-in-error" },
    reason && t(reasons[reason] ?? "signin.revoked"));
  const username = h("input", { id: "username", name: "username", autocomplete: "username", required: true,
    autofocus: true, autocapitalize: "none", spellcheck: "false", testid: "username" });
  const password = h("input", { id: "password", name: "password", type: "password", required: true,
    autocomplete: "current-password", testid: "password" });
  const submit = h("button", { type: "submit", class: "primary", testid: "sign-in-submit" }, t("signin.submit"));
  const form = h("form", { testid: "sign-in", on: { submit: async (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.textContent = "";
    try {
      enter(await post("/session", { username: username.value.trim(), password: password.value }));
    } catch (error) {
      problem.textContent = explain(error);
      password.value = "";
      password.focus();
    }
    submit.disabled = false;
  } } },
    h("img", { src: "/console/icon.svg", alt: "", width: 48, height: 48 }),
    h("h1", {}, "Assist"), h("p", { class: "hint" }, t("signin.intro")), problem,
    h("label", { for: "username" }, t("signin.username")), username,
    h("label", { for: "password" }, t("signin.password")), password, submit,
    h("p", { class: "hint small" }, t("signin.link_hint")));
  const main = h("main", { class: "sign-in" }, form);
  const choice = h("div", { class: "row languages" }, Object.entries(languages).map(([tag, name]) => button(name, {
    class: "quiet", lang: tag, "aria-pressed": String(tag === language()), testid: `language-${tag}`,
    on: { click: () => {
      setLanguage(tag);
      show(main.parentElement, signIn(enter, reason));
    } },
  })));
  form.append(choice);
  return main;
}
