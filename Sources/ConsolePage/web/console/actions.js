// What a person does with an escalation or a conversation.

import { path, post } from "./api.js";
import { ask, choose, confirm } from "./dialog.js";
import { t } from "./i18n.js";
import { loadConversations, loadPackage, loadQueue, reloadOpen } from "./loading.js";
import { isMe, isSupervisor, nameOf, state, updateOpen } from "./store.js";
import { attempt, explain, toast } from "./toast.js";

const goTo = (conversation) => { location.hash = `#/conversation/${encodeURIComponent(conversation)}`; };

/** The live call of a conversation, as far as it is known. */
export function liveCallOf(conversation) {
  const call = state.calls.find((one) => one.conversation === conversation);
  const own = state.open?.id === conversation ? state.open.conversation?.call : null;
  return call?.id ?? (own && typeof own === "object" ? own.id : own) ?? null;
}

/** How a call is to come to one's telephone: `bridge`, `refer`, `none` (only in writing), or null for not at all. */
function askRing() {
  const sip = state.me?.sip;
  return choose(t("take.title"), sip ? t("take.text", { sip }) : t("take.no_sip"), [
    ...(sip ? [
      { value: "bridge", label: t("take.bridge"), hint: t("take.bridge_hint"), icon: "phone" },
      { value: "refer", label: t("take.refer"), hint: t("take.refer_hint"), icon: "out" }] : []),
    { value: "none", label: t("take.write"), hint: t("take.write_hint"), icon: "chat" },
  ], "ring");
}

/** Claims an escalation: whoever is first has it. */
export async function claim(escalation) {
  const body = {};
  if (liveCallOf(escalation.conversation)) {
    const ring = await askRing();
    if (ring === null) return;
    if (ring !== "none") body.ring = ring;
  }
  try {
    await post(path("escalations", escalation.id, "claim"), body);
    toast(t("claim.done"), "good");
    goTo(escalation.conversation);
  } catch (error) {
    toast(explain(error), "bad");
  }
  refresh();
}

export async function decline(escalation) {
  await attempt(() => post(path("escalations", escalation.id, "decline")), t("decline.done"));
  refresh();
}

export async function resolve(escalation) {
  const note = await ask(t("resolve.title"), t("resolve.note"), t("resolve.yes"),
    { testid: "resolve", hint: t("resolve.hint") });
  if (note === null) return;
  await attempt(() => post(path("escalations", escalation.id, "resolve"), note ? { note } : {}), t("resolve.done"));
  refresh();
}

/** Takes the open conversation from whoever has it. */
export async function takeOver() {
  const { id, conversation } = state.open;
  const body = { epoch: conversation?.epoch };
  if (conversation?.owner === "person" && !isMe(conversation.person)) {
    if (!isSupervisor()) return void toast(t("take.not_yours", { name: nameOf(conversation.person) }), "bad");
    const name = nameOf(conversation.person);
    if (!await confirm(t("force.title"), t("force.text", { name }), t("force.yes"), "force")) return;
    body.force = true;
  }
  if (liveCallOf(id)) {
    const ring = await askRing();
    if (ring === null) return;
    if (ring !== "none") body.ring = ring;
  }
  await change("takeover", body, t("take.done"));
}

/** Takes the live call that one writes in to one's telephone. */
export async function takeCall(call) {
  const ring = await askRing();
  if (ring === null || ring === "none") return;
  const mode = ring === "bridge" ? "bridge" : "blind";
  await attempt(() => post(path("calls", call, "transfer"), { to: state.me.sip, mode }), t("take.ringing"));
}

/** Gives the open conversation back to the assistant. */
export async function handBack() {
  const note = await ask(t("release.title"), t("release.note"), t("release.yes"),
    { testid: "release", hint: t("release.hint") });
  if (note === null) return;
  const body = { epoch: state.open?.conversation?.epoch };
  if (note) body.note = note;
  await change("release", body, t("release.done"));
}

async function change(verb, body, done) {
  const id = state.open?.id;
  try {
    const conversation = await post(path("conversations", id, verb), body);
    if (conversation?.id === id) updateOpen(id, { conversation: { ...state.open?.conversation, ...conversation } });
    toast(done, "good");
  } catch (error) {
    toast(error.code === "conflict" ? t("conflict.owner") : explain(error), "bad");
  }
  refresh();
}

function refresh() {
  loadQueue();
  loadConversations();
  if (state.open) {
    reloadOpen();
    loadPackage();
  }
}
