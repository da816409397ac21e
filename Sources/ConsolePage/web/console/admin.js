// Who is signed in, and who saw and did what, for supervisors.

import { list, path, remove } from "./api.js";
import { confirm } from "./dialog.js";
import { button, h, show } from "./dom.js";
import { t } from "./i18n.js";
import { nameOf, state } from "./store.js";
import { stamp } from "./time.js";
import { attempt } from "./toast.js";

/** The page of sessions and audit. */
export function adminScreen() {
  const sessions = h("tbody", { testid: "sessions" });
  const entries = h("tbody", { testid: "audit" });
  const more = button(t("admin.more"), { class: "small quiet", testid: "audit-more", on: { click: () => loadAudit() } });
  let cursor = null;
  more.hidden = true;

  async function loadSessions() {
    const page = await attempt(() => list("/v1/sessions"));
    if (page) show(sessions, page.items.length ? page.items.map((one) => sessionRow(one, loadSessions)) : emptyRow(5));
  }
  async function loadAudit() {
    const page = await attempt(() => list("/v1/audit", { cursor, limit: 100 }));
    if (!page) return;
    if (!cursor) show(entries);
    entries.append(...(page.items.length ? page.items.map(auditRow) : cursor ? [] : [emptyRow(5)]));
    cursor = page.cursor;
    more.hidden = !cursor;
  }
  loadSessions();
  loadAudit();
  return h("div", { class: "page scroll", tabindex: 0, role: "region", "aria-labelledby": "admin-title" },
    h("header", { class: "page-head" }, h("h2", { id: "admin-title" }, t("nav.admin"))),
    table("sessions", ["person", "created", "last_seen", "address", "revoke"], sessions),
    table("audit", ["at", "person", "action", "object", "detail"], entries), more);
}

function table(name, columns, body) {
  return h("section", { class: "card", "aria-labelledby": `${name}-title` },
    h("header", {}, h("h3", { id: `${name}-title` }, t(`admin.${name}`))),
    h("div", { class: "table-scroll", tabindex: 0, role: "group", "aria-label": t(`admin.${name}`) }, h("table", {},
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, t(`admin.${column}`))))), body)));
}

const emptyRow = (columns) => h("tr", {}, h("td", { colspan: columns, class: "hint" }, t("admin.nothing")));

function sessionRow(session, again) {
  const name = nameOf(session.person ?? session.username);
  const own = session.current === true;
  return h("tr", { testid: "session", "data-row": session.id },
    h("th", { scope: "row" }, name, own && h("span", { class: "tag" }, t("admin.this"))), h("td", {}, stamp(session.created_at)),
    h("td", {}, stamp(session.last_seen_at)), h("td", {}, [session.address, session.agent ?? session.user_agent].filter(Boolean).join(" · ")),
    h("td", {}, button(t("admin.revoke"), { class: "small danger", testid: "revoke", "aria-label": `${t("admin.revoke")}: ${name}`, on: { click: async () => {
      if (!await confirm(t("admin.revoke_title"), t("admin.revoke_text", { name }), t("admin.revoke"), "revoke-confirm")) return;
      await attempt(() => remove(path("sessions", session.id)), t("admin.revoked"));
      if (state.me) again();
    } } })));
}

function auditRow(entry) {
  const conversation = entry.conversation;
  const object = entry.object ?? entry.subject ?? entry.target ?? conversation ?? entry.call ?? "";
  return h("tr", { testid: "audit-entry" }, h("td", {}, stamp(entry.at)), h("th", { scope: "row" }, nameOf(entry.person ?? entry.username) || t("author.system")),
    h("td", {}, t(`audit.${entry.action}`)),
    h("td", {}, conversation ? h("a", { href: `#/conversation/${encodeURIComponent(conversation)}` }, object) : String(object)),
    h("td", {}, detail(entry.detail ?? entry.note)));
}

function detail(value) {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return String(value);
  return Object.entries(value).map(([name, one]) => `${name}: ${one}`).join(", ");
}
