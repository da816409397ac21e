// What is around every screen: the bar with the ways, the own status, and the place for the screens.

import { patch, path } from "./api.js";
import { adminScreen } from "./admin.js";
import { conversationScreen } from "./conversation.js";
import { iconButton, h, show } from "./dom.js";
import { socket } from "./events.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { showHelp } from "./keyboard.js";
import { setTitle } from "./notifications.js";
import { listPane } from "./queue.js";
import { openSettings } from "./settings.js";
import { statisticsScreen } from "./statistics.js";
import { isSupervisor, state, update, watch } from "./store.js";
import { attempt } from "./toast.js";
import { wallScreen } from "./wall.js";
import { peopleStrip } from "./people.js";

/** The page of one who is signed in. */
export function drawShell({ draw, signOut }) {
  const root = h("div", { class: "shell", testid: "shell" });
  const stage = h("main", { id: "main", class: "stage", tabindex: -1 });
  root.append(
    h("a", { class: "skip", href: "#main", testid: "skip", on: { click: (event) => {
      event.preventDefault();
      stage.focus();
    } } }, t("shell.skip")),
    bar(root, draw, signOut), connectionBar(root), stage);
  let shown = null;
  watch(["route"], () => {
    const { name } = state.route;
    root.dataset.route = name;
    const key = ["queue", "conversation"].includes(name) ? "work" : name;
    if (key !== shown) {
      shown = key;
      show(stage, key === "work" ? workScreen() : screens[key]());
    }
    setTitle(t(`nav.${key === "work" ? "queue" : key}`));
  }, root);
  return root;
}

const screens = { wall: wallScreen, statistics: statisticsScreen, admin: adminScreen };

function workScreen() {
  return h("div", { class: "work" }, listPane(), conversationScreen());
}

function bar(root, draw, signOut) {
  const ways = [["queue", "queue"], ["wall", "wall"]];
  if (isSupervisor()) ways.push(["statistics", "chart"], ["admin", "admin"]);
  const links = ways.map(([name, drawing]) => h("a", { href: `#/${name}`, testid: `nav-${name}` },
    icon(drawing), h("span", {}, t(`nav.${name}`))));
  const nav = h("nav", { class: "ways", "aria-label": t("shell.ways") }, links);
  watch(["route"], () => {
    const name = state.route.name === "conversation" ? "queue" : state.route.name;
    for (const link of links) {
      if (link.getAttribute("href") === `#/${name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }, root);
  return h("header", { class: "bar" },
    h("div", { class: "brand" }, h("img", { src: "/console/icon.svg", alt: "", width: 24, height: 24 }), h("h1", {}, "Assist")),
    nav, peopleStrip(root), statusChoice(root),
    iconButton(t("shell.settings"), icon("bell"), { testid: "settings", on: { click: () => openSettings(draw) } }),
    iconButton(t("keys.title"), icon("help"), { testid: "help", class: "wide-only", on: { click: showHelp } }),
    iconButton(t("shell.sign_out"), icon("out"), { testid: "sign-out", on: { click: signOut } }));
}

function statusChoice(root) {
  const dot = h("span", { class: "dot", "aria-hidden": "true" });
  const select = h("select", { "aria-label": t("shell.my_status"), testid: "my-status", on: { change: setStatus } },
    ["online", "away", "busy"].map((one) => h("option", { value: one }, t(`status.${one}`))));
  watch(["me"], () => {
    if (!state.me) return;
    const status = ["online", "away", "busy"].includes(state.me.status) ? state.me.status : "online";
    select.value = status;
    dot.className = `dot ${status}`;
  }, root);
  return h("div", { class: "my-status" }, dot, h("span", { class: "wide-only", testid: "me" }, state.me?.name ?? ""), select);
}

async function setStatus(event) {
  const status = event.target.value;
  const before = state.me.status;
  update({ me: { ...state.me, status } });
  const done = await attempt(() => socket.emit("status", { status })
    .catch(() => patch(path("people", state.me.username), { status })));
  if (!done || done.error) update({ me: { ...state.me, status: before } });
}

function connectionBar(root) {
  const node = h("p", { class: "connection", role: "status", testid: "connection" });
  watch(["connection"], () => {
    node.dataset.state = state.connection;
    show(node, state.connection === "online" ? null : [icon("warning", 16), t(`connection.${state.connection}`)]);
  }, root);
  return node;
}
