import { Emitter } from "./emitter.js";

const settle = 500; // ms after a loss in which more clients may notice theirs
const patience = 5000; // ms after which the story says how many are still away

/**
 * Measures how long this page's clients are away when they lose their node: from the first loss until the last one is back,
 * groups joined. Events: `lost` ({ node, clients }), `back` ({ node, back, of, ms }), `away` (the same, so far),
 * `moved` ({ client, from, to }).
 */
export class Comeback extends Emitter {
  #nodes = new WeakMap(); // client -> the node it was last connected to
  #outages = new Map(); // node -> { start, clients, away, last }

  follow(client) {
    client.on("state", () => this.#changed(client));
  }

  #changed(client) {
    const before = this.#nodes.get(client);
    if (client.state === "waiting" && before) {
      this.#nodes.delete(client);
      this.#lost(client, before);
    } else if (client.state === "connected") {
      if (!this.#nodes.has(client)) this.#returned(client);
      this.#nodes.set(client, client.node);
    } else if (client.state === "stopped") {
      this.#nodes.delete(client);
      for (const outage of this.#outages.values()) {
        outage.away.delete(client);
        outage.clients.delete(client);
      }
    }
  }

  #lost(client, node) {
    const now = performance.now();
    const outage = this.#outages.get(node) ?? { start: now, clients: new Set(), away: new Set(), last: now, lastLoss: now };
    if (!this.#outages.has(node)) {
      this.#outages.set(node, outage);
      // All that notice at the same time are told of in one go.
      setTimeout(() => this.emit("lost", { node, clients: outage.clients.size }), 50);
      setTimeout(() => this.#lookAgain(node, outage), settle);
      setTimeout(() => this.#stillAway(node, outage), patience);
    }
    outage.clients.add(client);
    outage.away.add(client);
    outage.lastLoss = now;
  }

  #returned(client) {
    for (const [node, outage] of this.#outages) {
      if (!outage.away.delete(client)) continue;
      outage.last = performance.now();
      if (client.node !== node) this.emit("moved", { client, from: node, to: client.node });
      if (outage.last - outage.lastLoss >= settle) this.#lookAgain(node, outage);
    }
  }

  #lookAgain(node, outage) {
    if (this.#outages.get(node) !== outage || outage.away.size > 0) return;
    const since = performance.now() - outage.lastLoss;
    if (since < settle) {
      setTimeout(() => this.#lookAgain(node, outage), settle - since);
      return;
    }
    this.#outages.delete(node);
    if (outage.clients.size > 0) this.emit("back", report(node, outage));
  }

  #stillAway(node, outage) {
    if (this.#outages.get(node) === outage && outage.away.size > 0) this.emit("away", report(node, outage));
  }
}

const report = (node, { start, clients, away, last }) => ({ node, back: clients.size - away.size, of: clients.size, ms: Math.max(0, last - start) });
