// Fetches the parts of the state. Many wishes for the same part within a moment are one request.

import { get, list, path } from "./api.js";
import { state, update, updateOpen } from "./store.js";

const timers = new Map();

/** A function that runs `work` soon, once, however often it is called; and again if called while it runs. */
function soon(name, wait, work) {
  return () => {
    const known = timers.get(name);
    if (known) {
      known.again = known.running;
      return;
    }
    const entry = { running: false, again: false };
    timers.set(name, entry);
    const run = async () => {
      if (!state.me) return void timers.delete(name);
      entry.running = true;
      entry.again = false;
      try { await work(); } catch (error) { if (error.status !== 401) console.warn(name, error.message); }
      entry.running = false;
      if (entry.again) setTimeout(run, wait);
      else timers.delete(name);
    };
    setTimeout(run, wait);
  };
}

const open = ["waiting", "offered", "claimed", "callback"];

/** The queue: all that is not resolved, the most urgent first. */
export const loadQueue = soon("queue", 120, async () => {
  const pages = await Promise.all(open.map((one) => list("/v1/escalations", { state: one, limit: 100 })));
  const unique = new Map(pages.flatMap((page) => page.items).map((one) => [one.id, one]));
  const escalations = [...unique.values()].filter((one) => one.state !== "resolved").sort(urgency);
  update({ escalations });
  const current = state.open && escalations.find((one) => one.conversation === state.open.id);
  if (state.open && (current?.id ?? null) !== (state.open.escalation?.id ?? null)) loadPackage();
});

function urgency(a, b) {
  const order = (a.priority ?? 3) - (b.priority ?? 3);
  return order || String(a.due_at ?? a.created_at).localeCompare(String(b.due_at ?? b.created_at));
}

export const loadConversations = soon("conversations", 400, async () => {
  const [all, mine] = await Promise.all([
    list("/v1/conversations", { limit: 100 }), list("/v1/conversations", { owner: "person", limit: 100 })]);
  update({ conversations: all.items, mine: mine.items });
});

export const loadCalls = soon("calls", 200, async () => {
  const { items } = await list("/v1/calls", { live: true, limit: 100 });
  update({ calls: items.filter((call) => call.state !== "ended") });
});

export const loadPeople = soon("people", 200, async () => {
  const { items } = await list("/v1/people");
  update({ people: items });
});

/** All that the page shows anywhere. */
export function loadAll() {
  loadQueue();
  loadConversations();
  loadCalls();
  loadPeople();
  if (state.open) reloadOpen();
}

/** The open conversation, its owner and its newest messages. */
export const reloadOpen = soon("open", 80, async () => {
  const id = state.open?.id;
  if (!id) return;
  const [conversation, page] = await Promise.all([
    get(path("conversations", id)), list(path("conversations", id, "messages"), { limit: 50 })]);
  mergeMessages(id, page.items);
  const first = state.open?.id === id && !state.open.loaded;
  updateOpen(id, { conversation, loaded: true, ...(first ? { cursor: page.cursor } : {}) });
});

/** Older messages than those there are. */
export async function loadOlder() {
  const { id, cursor } = state.open ?? {};
  if (!cursor) return;
  const page = await list(path("conversations", id, "messages"), { cursor, limit: 50 });
  mergeMessages(id, page.items);
  updateOpen(id, { cursor: page.cursor });
}

function mergeMessages(id, items) {
  if (state.open?.id !== id) return;
  const all = new Map(state.open.messages.map((message) => [message.id, message]));
  for (const message of items) all.set(message.id, message);
  const place = (message) => message.sequence ?? Date.parse(message.at) ?? 0;
  updateOpen(id, { messages: [...all.values()].sort((a, b) => place(a) - place(b)) });
}

/** The escalation of the open conversation with its package. */
export const loadPackage = soon("package", 80, async () => {
  const id = state.open?.id;
  const known = state.escalations?.find((one) => one.conversation === id);
  const escalation = known ? await get(path("escalations", known.id)) : null;
  updateOpen(id, { escalation });
});

/** The wishes for a person that the open conversation had before. */
export const loadPast = soon("past", 300, async () => {
  const id = state.open?.id;
  const { items } = await list("/v1/escalations", { state: "resolved", limit: 200 });
  updateOpen(id, { past: items.filter((one) => one.conversation === id) });
});

/** The calls of the open conversation. */
export const loadOpenCalls = soon("open calls", 200, async () => {
  const id = state.open?.id;
  if (!id) return;
  const { items } = await list("/v1/calls", { conversation: id, limit: 50 });
  updateOpen(id, { calls: items.filter((call) => !call.conversation || call.conversation === id) });
});
