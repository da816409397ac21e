// What the page knows, in one object, and who wants to hear when a part of it changes.

const empty = () => ({
  me: null, connection: "connecting", route: { name: "queue" },
  escalations: null, conversations: null, mine: null, calls: [], people: [],
  partials: {}, speaking: {}, quality: {}, transfers: {}, viewers: {}, timings: {},
  open: null, listening: null, lists: "waiting",
});

/** The state; read it anywhere, change it with `update`. */
export const state = empty();

const listeners = new Set();
let dirty = new Set();

/** Changes parts of the state and tells, once all changes of this moment are in, who watches them. */
export function update(patch) {
  Object.assign(state, patch);
  if (dirty.size === 0) queueMicrotask(tell);
  for (const key of Object.keys(patch)) dirty.add(key);
}

function tell() {
  const keys = dirty;
  dirty = new Set();
  for (const listener of [...listeners]) {
    if (listener.owner && !listener.owner.isConnected) listeners.delete(listener);
    else if (listener.keys.some((key) => keys.has(key))) listener.draw();
  }
}

/** Draws now and whenever one of `keys` changes, as long as `owner` is on the page. */
export function watch(keys, draw, owner) {
  draw();
  listeners.add({ keys, draw, owner });
}

/** Forgets everything, for the next person. */
export function reset() {
  update(empty());
}

/** Changes one entry of one of the maps in the state; `undefined` removes it. */
export function put(map, key, value) {
  const copy = { ...state[map] };
  if (value === undefined) delete copy[key];
  else copy[key] = value;
  update({ [map]: copy });
}

/** Changes the open conversation, if it is still `id`. */
export function updateOpen(id, patch) {
  if (state.open?.id === id) update({ open: { ...state.open, ...patch } });
}

/** The username in a field that holds a username or a person. */
export const usernameOf = (person) => (person && typeof person === "object" ? person.username : person) ?? null;

/** The name of a person for people: `Ana` for `ana`. */
export function nameOf(person) {
  if (!person) return "";
  if (typeof person === "object") return person.name || person.username || "";
  return state.people.find((one) => one.username === person)?.name || person;
}

/** Whether that is the one who is signed in. */
export const isMe = (person) => Boolean(person) && usernameOf(person) === state.me?.username;

/** Whether the one who is signed in may do a supervisor's work. */
export const isSupervisor = () => state.me?.role === "supervisor" || state.me?.role === "admin";
