import { Emitter } from "./emitter.js";
import { forget, negotiate } from "./negotiate.js";

const subprotocol = "json.webpubsub.azure.v1";
const hub = "demo";
const firstDelay = 100; // ms; doubled with every failure, with jitter, so that the clients of a dead node don't come back in one blow
const longestDelay = 5000;
const ackDeadline = 15_000;

/**
 * One WebSocket client. It reconnects by itself, then joins its groups again, and only then calls itself connected.
 * Events: `state` (the client), `message` (a message frame), `frame` ({ direction: "in" | "out", text }).
 */
export class Client extends Emitter {
  groups;
  state = "stopped"; // stopped, connecting, connected, waiting
  problem = ""; // why it is waiting, in words
  connectionId = null; // of the current connection or, while there is none, of the last
  node = null;

  #admission;
  #preferredNode;
  #socket = null;
  #failures = 0;
  #timer = 0;
  #lastAckId = 0;
  #pending = new Map();

  /** `admission` answers a promise that is fulfilled when it makes sense to connect. */
  constructor(user, { groups = [], admission = async () => {} } = {}) {
    super();
    this.user = user;
    this.groups = new Set(groups);
    this.#admission = admission;
  }

  /** Starts, if possible on the given node; a reconnect takes whichever node the proxy chooses. */
  start(preferredNode = null) {
    this.#preferredNode = preferredNode;
    this.#connect();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#setState("stopped");
    this.#socket?.close(1000);
    this.#socket = null;
  }

  async join(group) {
    await this.request({ type: "joinGroup", group });
    this.groups.add(group);
    this.emit("state", this);
  }

  async leave(group) {
    await this.request({ type: "leaveGroup", group });
    this.groups.delete(group);
    this.emit("state", this);
  }

  /** Sends a request and waits for its ack; throws what the node says, or that there is no connection. */
  request(fields) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error("There is no connection right now."));

    const ackId = ++this.#lastAckId;
    this.#send({ ...fields, ackId });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(ackId, new Error("No answer in time.")), ackDeadline);
      this.#pending.set(ackId, { resolve, reject, timer });
    });
  }

  async #connect() {
    this.#setState("connecting");
    try {
      await this.#admission();
      const url = new URL(await negotiate(hub, this.user));
      if (this.state === "stopped") return;
      if (this.#preferredNode) url.searchParams.set("wscluster_node", this.#preferredNode);
      this.#preferredNode = null;
      this.#open(url);
    } catch (error) {
      this.#retry(error.message);
    }
  }

  #open(url) {
    const socket = new WebSocket(url, subprotocol);
    let opened = false;
    this.#socket = socket;
    socket.onopen = () => (opened = true);
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (!opened) forget(hub, this.user);
      for (const ackId of [...this.#pending.keys()]) this.#settle(ackId, new Error("The connection was lost before the answer came."));
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#retry(event.reason || (opened ? "The connection broke." : "No node took the connection."));
    };
  }

  #receive(text) {
    this.emit("frame", { direction: "in", text });
    const frame = JSON.parse(text);
    if (frame.type === "message") this.emit("message", frame);
    else if (frame.type === "ack") this.#settle(frame.ackId, frame.success ? null : asError(frame.error));
    else if (frame.type === "system" && frame.event === "connected") this.#connected(frame.connectionId);
  }

  async #connected(connectionId) {
    const socket = this.#socket;
    this.connectionId = connectionId;
    try {
      await Promise.all([...this.groups].map((group) => this.request({ type: "joinGroup", group })));
    } catch {
      socket.close(1000, "could not join");
      return;
    }

    if (this.#socket !== socket) return;
    this.#failures = 0;
    this.node = connectionId.slice(connectionId.lastIndexOf(".") + 1); // a connection's id ends in its node's
    this.problem = "";
    this.#setState("connected");
  }

  #retry(problem) {
    if (this.state === "stopped") return;
    const delay = Math.min(longestDelay, firstDelay * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    this.problem = problem;
    this.#setState("waiting");
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  #send(frame) {
    const text = JSON.stringify(frame);
    this.emit("frame", { direction: "out", text });
    this.#socket.send(text);
  }

  #settle(ackId, error) {
    const pending = this.#pending.get(ackId);
    if (!pending) return;
    this.#pending.delete(ackId);
    clearTimeout(pending.timer);
    if (error) pending.reject(error);
    else pending.resolve();
  }

  #setState(state) {
    this.state = state;
    this.emit("state", this);
  }
}

function asError(error) {
  return new Error(error?.name === "NotFound" ? "Nobody there by that name." : (error?.message ?? "The node refused."));
}
