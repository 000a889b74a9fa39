import { Emitter } from "./emitter.js";
import { authority, shortId } from "./format.js";

const deadShownFor = 12_000; // ms
const leftShownFor = 4000;
const silentBelow = 0.45; // of a whole lease, which is 5 s and renewed every second: one late renewal is nothing to show

/**
 * The nodes as the picture shows them: the registry's, and for a while those that are gone. A node here has the stream's fields and
 * `shown`: joining, ready, draining, silent (its lease isn't renewed), dead, left. Event: `change`.
 */
export class Roster extends Emitter {
  nodes = [];

  #lease = 0; // ms; the longest that was seen
  #receivedAt = 0;
  #redisAvailable = true;
  #forgotten = new Map(); // id -> last known node, for the story

  /** Takes the registry's view. */
  apply(snapshot) {
    this.#receivedAt = performance.now();
    this.#redisAvailable = snapshot.redis.available;
    const fresh = new Map(snapshot.nodes.map((node) => [node.id, node]));
    for (const node of this.nodes) {
      const known = fresh.get(node.id);
      fresh.delete(node.id);
      if (known) this.#update(node, known);
      else if (!node.goneAt) this.#gone(node, node.state === "draining" ? "left" : "dead");
    }
    // In an order that one can find a node by; who comes later stands at the end, so that nobody changes places.
    const newcomers = [...fresh.values()].sort((a, b) => a.address.localeCompare(b.address, "en", { numeric: true }));
    for (const node of newcomers) this.nodes.push(this.#update({}, node));
    this.#changed();
  }

  /** Takes what the story says about a node that is gone. */
  tell({ kind, nodeId }) {
    const node = this.nodes.find((candidate) => candidate.id === nodeId);
    if (!node) return;
    if (kind === "died") this.#gone(node, "dead");
    if (kind === "left") this.#gone(node, "left");
    if (kind === "cleaned") node.cleaned = true;
    this.#changed();
  }

  find(id) {
    return this.nodes.find((node) => node.id === id) ?? null;
  }

  /** What a node is called: as short as tells it from the others. `by` is an address for nodes that the roster never saw. */
  name(id, address = null) {
    const known = this.find(id)?.address ?? address ?? this.#forgotten.get(id);
    return known ? authority(known) : `node ${shortId(id)}`;
  }

  /** What is left of a node's lease now, 0 to 1; only an estimate between two snapshots. */
  lease(node) {
    if (node.goneAt || this.#lease === 0) return 0;
    const elapsed = this.#redisAvailable ? performance.now() - this.#receivedAt : 0;
    return Math.max(0, Math.min(1, (node.leaseRemainingMs - elapsed) / this.#lease));
  }

  leaseMs(node) {
    return this.lease(node) * this.#lease;
  }

  #update(node, known) {
    this.#lease = Math.max(this.#lease, known.leaseRemainingMs);
    Object.assign(node, known, { goneAt: 0, cleaned: false });
    const silent = this.#redisAvailable && this.#lease > 0 && known.leaseRemainingMs < this.#lease * silentBelow;
    node.shown = silent ? "silent" : node.state;
    this.#forgotten.set(node.id, node.address);
    return node;
  }

  #gone(node, how) {
    node.shown = how;
    if (node.goneAt) return;
    node.goneAt = performance.now();
    Object.assign(node, { connections: 0, messagesPerSecond: 0, deliveriesPerSecond: 0 });
    setTimeout(() => {
      if (!node.goneAt) return; // it came back
      this.nodes = this.nodes.filter((other) => other !== node);
      this.#changed();
    }, how === "dead" ? deadShownFor : leftShownFor);
  }

  #changed() {
    this.emit("change", this.nodes);
  }
}
