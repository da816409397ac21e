// Where the page begins: the session, the way from address to screen, and what is drawn anew on both.

import { begin, get, post, remove } from "./api.js";
import { forgetDrafts } from "./composer.js";
import { show } from "./dom.js";
import { socket, watchConversations, wire } from "./events.js";
import { bindKeys } from "./keyboard.js";
import { stopListening } from "./listen.js";
import { loadAll, loadOpenCalls, loadPackage, loadPast, reloadOpen } from "./loading.js";
import { watchTitle } from "./notifications.js";
import { drawShell } from "./shell.js";
import { signIn } from "./signin.js";
import { reset, state, update } from "./store.js";
import { applyTheme } from "./theme.js";
import { attempt } from "./toast.js";

const app = document.getElementById("app");

/** What the address names. */
function routeOf(hash) {
  const [name, id] = hash.replace(/^#\/?/, "").split("/");
  if (name === "conversation" && id) return { name, id: decodeURIComponent(id) };
  return { name: ["wall", "statistics", "admin"].includes(name) ? name : "queue" };
}

function follow() {
  if (!state.me) return void tryLink();
  // A link that signs in does not stay in the address, even if it was not needed.
  if (location.hash.startsWith("#link=")) history.replaceState(null, "", "#/queue");
  const route = routeOf(location.hash);
  const open = route.name === "conversation"
    ? (state.open?.id === route.id ? state.open : { id: route.id, messages: [], conversation: null, escalation: null,
      calls: [], past: [], cursor: null, loaded: false })
    : null;
  const fresh = open && open !== state.open;
  update({ route, open });
  watchConversations();
  if (fresh) {
    reloadOpen();
    loadPackage();
    loadOpenCalls();
    loadPast();
  }
}

function enter({ person, csrf }) {
  begin(csrf, () => leave("expired"));
  update({ me: person, connection: "connecting" });
  draw();
  loadAll();
  socket.open();
  follow();
}

/** Ends the work at the page; `reason` is shown at the sign-in. */
function leave(reason) {
  if (!state.me && app.querySelector("[data-testid=sign-in]")) return;
  socket.close();
  stopListening();
  reset();
  forgetDrafts();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  show(app, signIn(enter, reason));
}

/** Draws the whole page, after a sign-in or in another language. */
export function draw() {
  if (state.me) show(app, drawShell({ draw, signOut }));
  else show(app, signIn(enter));
}

async function signOut() {
  await attempt(() => remove("/session"));
  leave();
}

/** Signs in with a link that holds for one time. The link leaves the address at once. */
async function tryLink() {
  const link = /^#link=(.+)$/.exec(location.hash)?.[1];
  if (!link) return false;
  history.replaceState(null, "", location.pathname);
  try {
    enter(await post("/session", { link: decodeURIComponent(link) }));
  } catch (error) {
    show(app, signIn(enter, error.code === "unreachable" ? "unreachable" : "bad_link"));
  }
  return true;
}

async function start() {
  applyTheme();
  wire(leave);
  bindKeys();
  watchTitle();
  addEventListener("hashchange", follow);
  // Without the live connection the page still follows, only later.
  setInterval(() => { if (state.me && state.connection !== "online") loadAll(); }, 15000);
  if (await tryLink()) return;
  try {
    enter(await get("/session"));
  } catch (error) {
    show(app, signIn(enter, error.status === 0 ? "unreachable" : undefined));
  }
}

start();
