import { Emitter } from "./emitter.js";
import { Gate } from "./gate.js";
import { forget, negotiate } from "./negotiate.js";

const subprotocol = "json.webpubsub.azure.v1";
const hub = "demo";
const ackDeadline = 15_000; // ms

// All clients of the page go through it. Chromium holds up a page by seconds that has more than about ten WebSockets in their handshake.
const handshakes = new Gate(6);

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
  #lastAckId = 0;
  #pending = new Map();

  /** `admission` answers a promise that is fulfilled when it makes sense to connect. */
  constructor(user, { groups, admission }) {
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

  async #connect(state = "connecting") {
    this.#setState(state);
    await this.#admission();
    await handshakes.enter();
    let succeeded = false;
    try {
      if (this.state !== "stopped") await this.#handshake();
      succeeded = true;
    } catch (error) {
      forget(hub, this.user); // the token may be the reason; a browser doesn't say
      this.problem = error.message;
    }

    const stopped = this.state === "stopped";
    handshakes.leave(succeeded || stopped);
    if (!succeeded && !stopped) this.#connect("waiting");
  }

  /** Opens the WebSocket and waits for its first frame; throws if it can't be opened. */
  async #handshake() {
    const url = new URL(await negotiate(hub, this.user));
    if (this.state === "stopped") return;

    // All clients of a browser share its cookies: by the proxy's affinity cookie they would all go to one node.
    url.searchParams.set("wscluster_node", this.#preferredNode ?? "any");
    this.#preferredNode = null;
    const socket = new WebSocket(url, subprotocol);
    this.#socket = socket;
    await new Promise((resolve, reject) => {
      socket.onmessage = (event) => {
        if (this.#socket === socket) this.#receive(event.data);
        resolve();
      };
      socket.onclose = () => reject(new Error("No node took the connection."));
    });
    socket.onclose = (event) => this.#closed(socket, event.reason || "The connection broke.");
  }

  #closed(socket, problem) {
    for (const ackId of [...this.#pending.keys()]) this.#settle(ackId, new Error("The connection was lost before the answer came."));
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.problem = problem;
    this.#connect("waiting");
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
    this.node = connectionId.slice(connectionId.lastIndexOf(".") + 1); // a connection's id ends in its node's
    this.problem = "";
    this.#setState("connected");
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
