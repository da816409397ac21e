// Requests to the program. What changes anything carries the session's CSRF token.

import { syncClock } from "./time.js";

let csrf = "";
let signedOut = () => {};

/** Sets the token and whom to tell that the session is over. */
export function begin(token, whenSignedOut) {
  csrf = token ?? "";
  signedOut = whenSignedOut;
}

/** What the program answered instead of what was asked for. */
export class RequestError extends Error {
  constructor(status, error, retryAfter) {
    super(error.message || error.code || `HTTP ${status}`);
    this.status = status;
    this.code = error.code ?? "";
    this.person = error.person ?? null;
    this.retryAfter = retryAfter;
  }
}

async function request(method, path, body, type = "application/json") {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = type;
  let answer;
  try {
    answer = await fetch(path, { method, headers, credentials: "same-origin", cache: "no-store",
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body) });
  } catch {
    throw new RequestError(0, { code: "unreachable" });
  }
  syncClock(answer.headers.get("Date"));
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  if (answer.status === 401 && path !== "/session") signedOut();
  throw new RequestError(answer.status, json?.error ?? {}, Number(answer.headers.get("Retry-After")) || null);
}

export const get = (path) => request("GET", path);
export const post = (path, body = {}) => request("POST", path, body);
export const patch = (path, body) => request("PATCH", path, body);
export const remove = (path) => request("DELETE", path);
export const postSound = (path, wav) => request("POST", path, wav, "audio/wav");

/** A page of a list: its items and, if there is more, the cursor to it. */
export async function list(path, values = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  const answer = await get(text ? `${path}?${text}` : path);
  const items = Array.isArray(answer) ? answer : answer.data;
  return { items: Array.isArray(items) ? items : [], cursor: answer.cursor ?? null };
}

/** The path of a part of the API: `path("calls", id)`. */
export const path = (...parts) => `/v1/${parts.map(encodeURIComponent).join("/")}`;
