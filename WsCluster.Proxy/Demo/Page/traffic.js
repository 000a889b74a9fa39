import { Emitter } from "./emitter.js";

const remembered = 2000; // messages; a receipt that comes later counts as somebody else's

const requests = {
  group: (name) => ({ type: "sendToGroup", group: name }),
  user: (name) => ({ type: "sendToUser", userId: name }),
  connection: (name) => ({ type: "sendToConnection", connectionId: name }),
  everyone: () => ({ type: "broadcast" }),
};

/**
 * Follows this page's own messages from sender to receivers. A message is { id, sender, sentAt (ms, this page's
 * clock), watched (the one receiver whose receipt is measured; null: the first that isn't the sender) }.
 * Events: `sent` (message), `received` ({ message, client, latency in ms }), `failed` (message).
 */
export class Traffic extends Emitter {
  #page = Math.random().toString(36).slice(2, 8);
  #messages = new Map();
  #sequence = 0;

  /** Follows what a client receives, too. */
  follow(client) {
    client.on("message", (frame) => this.#received(client, frame));
  }

  /** Sends a text from a client to { kind: "group" | "user" | "connection" | "everyone", name }; waits for the ack. */
  async send(client, target, text, watched = null) {
    const message = { id: `${this.#page}-${++this.#sequence}`, sender: client, sentAt: performance.now(), watched };
    this.#remember(message);
    this.emit("sent", message);
    try {
      await client.request({ ...requests[target.kind](target.name), dataType: "json", data: { id: message.id, node: client.node, text } });
    } catch (error) {
      this.emit("failed", message);
      throw error;
    }
  }

  /** The message of this page that a frame carries, null if it is somebody else's. */
  find(frame) {
    return this.#messages.get(frame.data?.id) ?? null;
  }

  #received(client, frame) {
    const message = this.find(frame);
    if (message) this.emit("received", { message, client, latency: performance.now() - message.sentAt });
  }

  #remember(message) {
    this.#messages.set(message.id, message);
    if (this.#messages.size > remembered) this.#messages.delete(this.#messages.keys().next().value);
  }
}
