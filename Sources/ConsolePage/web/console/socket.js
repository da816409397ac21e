// A Socket.IO 5 client over Engine.IO 4: WebSocket only, one namespace, acknowledgements, binary, recovery.

const RESERVED = new Set(["connect", "connect_error", "disconnect", "disconnecting"]);

/** A connection to one namespace that comes back by itself. */
export class Socket {
  #namespace;
  #handlers = new Map();
  #acks = new Map();
  #nextAck = 0;
  #socket = null;
  #pid = null;
  #offset = null;
  #attempt = 0;
  #watchdog = null;
  #timer = null;
  #patience = 45000;
  #pending = null;
  #closed = true;
  #ready = false;

  constructor(namespace) {
    this.#namespace = namespace;
    // A page that comes back from sleep or gets its network back does not wait for the next attempt.
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#hurry(); });
  }

  /** Whether what is sent arrives. */
  get connected() { return this.#ready; }

  /** Calls `handler` with the arguments of each event of that name. Beside the server's there are `connect` (with
   *  whether nothing was missed), `disconnect` and `refused`; `*` gets every server event, name first. */
  on(event, handler) {
    const list = this.#handlers.get(event) ?? [];
    list.push(handler);
    this.#handlers.set(event, list);
  }

  open() {
    this.#closed = false;
    this.#attempt = 0;
    this.#connect();
  }

  close() {
    this.#closed = true;
    this.#pid = this.#offset = null;
    clearTimeout(this.#timer);
    if (this.#ready) this.#sendText(`41${this.#namespace},`);
    this.#drop();
  }

  /** Sends an event and waits for its acknowledgement. */
  emit(event, data, patience = 10000) {
    if (!this.#ready) return Promise.reject(new Error("not connected"));
    const id = this.#nextAck++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#acks.delete(id);
        reject(new Error("no answer"));
      }, patience);
      this.#acks.set(id, { resolve, reject, timer });
      this.#sendText(`42${this.#namespace},${id}${JSON.stringify([event, data])}`);
    });
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/socket.io/?EIO=4&transport=websocket`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onmessage = (message) => {
      if (socket !== this.#socket) return;
      this.#rest();
      try {
        if (typeof message.data === "string") this.#text(message.data);
        else this.#binary(message.data);
      } catch (error) {
        console.error("socket: bad packet", error);
        this.#drop();
        this.#again();
      }
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#drop();
      this.#again();
    };
    this.#rest();
  }

  /** Waits as long as the server may be silent; after that the connection is dead. */
  #rest() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#drop();
      this.#again();
    }, this.#patience);
  }

  #drop() {
    clearTimeout(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    this.#pending = null;
    socket?.close();
    for (const ack of this.#acks.values()) {
      clearTimeout(ack.timer);
      ack.reject(new Error("disconnected"));
    }
    this.#acks.clear();
    if (this.#ready) {
      this.#ready = false;
      this.#tell("disconnect");
    }
  }

  #again() {
    if (this.#closed) return;
    // One that is refused before it can speak is told as well, now and then.
    if (this.#attempt % 4 === 3) this.#tell("refused");
    const wait = Math.min(10000, 500 * 2 ** this.#attempt++) * (0.5 + Math.random() / 2);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #hurry() {
    if (this.#closed || this.#socket) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #sendText(text) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #text(text) {
    const rest = text.slice(1);
    switch (text[0]) {
      case "0": {
        const open = JSON.parse(rest);
        this.#patience = (open.pingInterval ?? 25000) + (open.pingTimeout ?? 20000);
        const auth = this.#pid ? { pid: this.#pid, offset: this.#offset ?? undefined } : {};
        this.#sendText(`40${this.#namespace},${JSON.stringify(auth)}`);
        break;
      }
      case "1": this.#socket?.close(); break;
      case "2": this.#sendText("3"); break;
      case "4": this.#packet(rest); break;
      default: break;
    }
  }

  #packet(text) {
    const match = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*)(?:,|$))?(\d+)?/.exec(text);
    if (!match) throw new Error("not a packet");
    const [head, type, attachments, namespace, ack] = match;
    if ((namespace ?? "/") !== this.#namespace) return;
    const body = text.slice(head.length);
    const data = body ? JSON.parse(body) : undefined;
    const packet = { type, ack: ack === undefined ? null : Number(ack), data, buffers: [] };
    if (type === "5" || type === "6") {
      packet.wanted = Number(attachments ?? 0);
      if (packet.wanted > 10) throw new Error("too many attachments");
      if (packet.wanted > 0) {
        this.#pending = packet;
        return;
      }
    }
    this.#take(packet);
  }

  #binary(buffer) {
    const packet = this.#pending;
    if (!packet) throw new Error("binary without its packet");
    packet.buffers.push(buffer);
    if (packet.buffers.length < packet.wanted) return;
    this.#pending = null;
    packet.data = filled(packet.data, packet.buffers);
    this.#take(packet);
  }

  #take({ type, ack, data }) {
    switch (type) {
      case "0": {
        const recovered = Boolean(data?.pid) && data.pid === this.#pid;
        if (!recovered) this.#offset = null;
        this.#pid = data?.pid ?? null;
        this.#attempt = 0;
        this.#ready = true;
        this.#tell("connect", recovered);
        break;
      }
      case "1":
        this.#drop();
        this.#again();
        break;
      case "2": case "5": {
        const [name, ...values] = data;
        if (typeof name !== "string" || RESERVED.has(name)) throw new Error("not an event");
        // With recovery on, an event's last argument is its place.
        if (this.#pid && type === "2" && values.length > 1 && typeof values.at(-1) === "string") {
          this.#offset = values.pop();
        }
        if (ack !== null) this.#sendText(`43${this.#namespace},${ack}[]`);
        this.#tell(name, ...values);
        this.#tell("*", name, ...values);
        break;
      }
      case "3": case "6": {
        const waiting = this.#acks.get(ack);
        this.#acks.delete(ack);
        if (!waiting) break;
        clearTimeout(waiting.timer);
        waiting.resolve(data[0]);
        break;
      }
      case "4":
        this.#pid = this.#offset = null;
        this.#tell("refused", data);
        this.#drop();
        this.#again();
        break;
      default: break;
    }
  }

  #tell(event, ...values) {
    for (const handler of this.#handlers.get(event) ?? []) handler(...values);
  }
}

/** Puts the buffers where their places are. */
function filled(value, buffers) {
  if (Array.isArray(value)) return value.map((one) => filled(one, buffers));
  if (value && typeof value === "object") {
    if (value._placeholder === true) return buffers[value.num];
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, buffers)]));
  }
  return value;
}
