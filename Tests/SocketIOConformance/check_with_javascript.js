// Talks to socketio-conformance with the JavaScript client of the protocol's authors: connection state recovery, and the
// upgrade from polling to a WebSocket.
//
// Usage: node check_with_javascript.js SOCKET.IO.MIN.JS URL
"use strict";

const path = require("node:path");
const [script, url] = process.argv.slice(2);

// As much of a browser's XMLHttpRequest as the client's polling uses.
globalThis.XMLHttpRequest = class {
  readyState = 0;
  status = 0;
  responseText = "";
  #headers = {};
  #abort = new AbortController();

  open(method, url) {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  getResponseHeader() {
    return null;
  }

  abort() {
    this.#abort.abort();
  }

  async send(body) {
    try {
      const { method, url } = this;
      const answer = await fetch(url, { method, body: body ?? undefined, headers: this.#headers, signal: this.#abort.signal });
      this.responseText = await answer.text();
      this.status = answer.status;
    } catch {
      this.status = 0;
    }
    this.readyState = 4;
    this.onreadystatechange?.();
  }
};

// The same of its FileReader, for binary on polling.
globalThis.FileReader = class {
  async readAsDataURL(blob) {
    this.result = `data:;base64,${Buffer.from(await blob.arrayBuffer()).toString("base64")}`;
    this.onload();
  }
};

const { io } = require(path.resolve(script));

let checks = 0;
function check(condition, what) {
  checks += 1;
  if (!condition) {
    console.error(`check_with_javascript: ${what}`);
    process.exit(1);
  }
}

function once(target, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} in 15 s`)), 15_000);
    target.once(event, (...values) => {
      clearTimeout(timer);
      resolve(values);
    });
  });
}

async function talk(transports, name) {
  const socket = io(url, { transports, auth: { token: "t1" }, forceNew: true, reconnectionDelay: 100 });
  const auth = once(socket, "auth");
  await once(socket, "connect");
  check((await auth)[0].token === "t1", `${name}: auth did not come back`);
  if (transports.length > 1 && socket.io.engine.transport.name !== "websocket") {
    await once(socket.io.engine, "upgrade");
    check(socket.io.engine.transport.name === "websocket", `${name}: not upgraded`);
  }
  check(JSON.stringify(await socket.emitWithAck("message-with-ack", "äöü", [1, null])) !== undefined, `${name}: no ack`);
  const binary = await new Promise((resolve) => socket.emit("message-with-ack", new Uint8Array([1, 2, 3]), resolve));
  check(Buffer.from(binary).equals(Buffer.from([1, 2, 3])), `${name}: a binary ack was ${binary}`);

  // The client remembers the offset of the last event; then its connection breaks, and things go on without it.
  const other = io(url, { transports: ["websocket"], forceNew: true });
  await once(other, "connect");
  const first = once(socket, "said");
  await other.emitWithAck("say", "before");
  check((await first)[0] === "before", `${name}: no event before`);
  const id = socket.id;
  const said = [];
  socket.on("said", (text) => said.push(text));
  socket.io.engine.close();
  for (const text of ["one", "two", "three"]) await other.emitWithAck("say", text);
  if (!socket.connected) await once(socket, "connect");
  check(socket.recovered, `${name}: not recovered`);
  check(socket.id === id, `${name}: recovered under another id`);
  const last = once(socket, "said");
  await other.emitWithAck("say", "after");
  await last;
  check(said.join() === "one,two,three,after", `${name}: after recovery it had ${said}`);
  socket.close();
  other.close();
}

async function refused() {
  const socket = io(`${url}/members`, { transports: ["websocket"], auth: { token: "wrong" }, forceNew: true });
  const [error] = await once(socket, "connect_error");
  check(error.message === "Not authorized" && error.data.code === "bad_token", `refused with ${error}`);
  socket.close();
}

async function main() {
  await talk(["websocket"], "websocket");
  await talk(["polling", "websocket"], "upgrade");
  await talk(["polling"], "polling");
  await refused();
  console.log(`socket.io-client: ${checks} checks passed`);
  process.exit(0);
}

main().catch((error) => {
  console.error(`check_with_javascript: ${error.message}`);
  process.exit(1);
});
