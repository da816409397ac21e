// What the program tells while the page is open, and what becomes of it in the state.

import { path, list } from "./api.js";
import { t } from "./i18n.js";
import { loadAll, loadCalls, loadConversations, loadOpenCalls, loadPackage, loadPeople, loadQueue, reloadOpen }
  from "./loading.js";
import { takeAudio, listenAgain } from "./listen.js";
import { notifyMessage, notifyOffer, notifyRequest } from "./notifications.js";
import { Socket } from "./socket.js";
import { isMe, nameOf, put, state, update, updateOpen } from "./store.js";
import { toast } from "./toast.js";

/** The one connection of the page. */
export const socket = new Socket("/console");

/** Wires the connection; `signedOut` is told when the session is revoked. */
export function wire(signedOut) {
  socket.on("connect", (recovered) => {
    update({ connection: "online" });
    if (!recovered) {
      update({ partials: {}, viewers: {} });
      loadAll();
    }
    watchConversations();
    listenAgain();
  });
  socket.on("disconnect", () => update({ connection: "offline" }));
  socket.on("refused", async () => {
    update({ connection: "offline" });
    // A session that ended is told from a server that is not ready by asking.
    try { await list(path("people")); } catch { /* a 401 has signed out already */ }
  });
  socket.on("presence", ({ people }) => {
    if (Array.isArray(people)) takePresence(people);
    else loadPeople();
  });
  socket.on("viewers", ({ conversation, people }) => put("viewers", conversation, people ?? []));
  socket.on("audio", takeAudio);
  socket.on("signed_out", (data) => signedOut(data?.reason ?? "revoked"));
  socket.on("*", (name, event) => {
    if (event && typeof event === "object" && typeof event.type === "string") take(event);
  });
}

let watched = new Set();

/** Asks for what is said in the open conversation, and on the wall in all that are live. */
export function watchConversations() {
  const wanted = new Set(state.open ? [state.open.id] : []);
  if (state.route.name === "wall") {
    for (const call of state.calls) if (call.conversation) wanted.add(call.conversation);
  }
  if (!socket.connected) {
    watched = new Set();
    return;
  }
  const fresh = state.connection === "online" ? watched : new Set();
  for (const conversation of fresh) if (!wanted.has(conversation)) socket.emit("unwatch", { conversation }).catch(() => {});
  for (const conversation of wanted) {
    if (fresh.has(conversation)) continue;
    socket.emit("watch", { conversation })
      .then((answer) => { if (Array.isArray(answer?.viewers)) put("viewers", conversation, answer.viewers); })
      .catch(() => {});
  }
  watched = wanted;
}

socket.on("disconnect", () => { watched = new Set(); });

/** Takes those who are another than before; everybody else is as they were. */
function takePresence(people) {
  const known = new Map(state.people.map((one) => [one.username, one]));
  for (const one of people) known.set(one.username, { ...known.get(one.username), ...one });
  update({ people: [...known.values()] });
  const self = people.find((one) => isMe(one.username));
  if (self) update({ me: { ...state.me, ...self } });
}

/** Applies one event. What it does not carry is asked for. */
export function take(event) {
  const data = event.data ?? {};
  const { conversation, call } = event;
  const isOpen = Boolean(conversation) && state.open?.id === conversation;
  switch (event.type) {
    case "transcript.partial":
      put("partials", conversation, { text: data.text ?? "", author: data.author ?? "customer" });
      break;
    case "transcript.final":
      put("partials", conversation, undefined);
      if (isOpen) reloadOpen();
      break;
    case "reply.started": case "reply.resumed":
      put("speaking", conversation, "speaking");
      break;
    case "reply.interrupted":
      put("speaking", conversation, "interrupted");
      break;
    case "reply.finished":
      put("speaking", conversation, undefined);
      if (isOpen) reloadOpen();
      loadConversations();
      break;
    case "message.received":
      if (state.mine?.some((one) => one.id === conversation && isMe(one.person))) notifyMessage(data, conversation);
      if (isOpen) reloadOpen();
      loadConversations();
      break;
    case "message.sent":
      if (isOpen) reloadOpen();
      loadConversations();
      break;
    case "message.status":
      if (isOpen) takeStatus(conversation, data);
      break;
    case "conversation.updated":
      takeOwner(conversation, data);
      break;
    case "escalation.requested":
      loadQueue();
      if (isOpen) loadPackage();
      notifyRequest(data, conversation);
      break;
    case "escalation.offered":
      loadQueue();
      if (isMe(data.person ?? data.offered_to)) notifyOffer(data, conversation);
      break;
    case "escalation.updated": case "escalation.claimed": case "escalation.resolved":
      loadQueue();
      loadConversations();
      if (isOpen) {
        loadPackage();
        reloadOpen();
      }
      break;
    case "call.ringing": case "call.answered": case "call.ended":
      if (event.type === "call.ended") {
        put("quality", call, undefined);
        put("partials", conversation, undefined);
        put("speaking", conversation, undefined);
      }
      loadCalls();
      loadConversations();
      if (isOpen) {
        reloadOpen();
        loadOpenCalls();
      }
      break;
    case "call.quality":
      put("quality", call, data);
      break;
    case "transfer.started": case "transfer.progress": case "transfer.finished":
      put("transfers", call, { type: event.type, ...data });
      break;
    case "turn.timing":
      put("timings", call, [...(state.timings[call] ?? []), { at: event.at, ...data }].slice(-100));
      break;
    case "provider.failed":
      toast(t("event.provider_failed", { role: t(`role.${data.role}`), name: data.provider ?? data.name ?? "" }), "bad");
      break;
    case "person.status":
      loadPeople();
      break;
    default:
      break;
  }
}

function takeStatus(conversation, data) {
  const id = data.message ?? data.id;
  const messages = state.open.messages.map((message) => (message.id === id
    ? { ...message, state: data.state ?? message.state, failure: data.failure ?? message.failure } : message));
  updateOpen(conversation, { messages });
}

function takeOwner(id, data) {
  const owner = Object.fromEntries(["owner", "person", "epoch"].filter((name) => name in data)
    .map((name) => [name, data[name]]));
  const open = state.open?.id === id ? state.open.conversation : null;
  if (open && isMe(open.person) && "person" in data && !isMe(data.person) && data.owner === "person") {
    toast(t("event.taken_from_you", { name: nameOf(data.person) }), "bad");
  }
  if (open) updateOpen(id, { conversation: { ...open, ...owner } });
  const change = (list) => list?.map((one) => (one.id === id ? { ...one, ...owner } : one)) ?? null;
  update({ conversations: change(state.conversations) });
  loadConversations();
  loadQueue();
  if (open) reloadOpen();
}
