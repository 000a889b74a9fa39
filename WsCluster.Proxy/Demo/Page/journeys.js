import { clientToNode, nodeToRedis } from "./geometry.js";

// ms that a dot takes: far slower than messages are, so that one can follow it
const legs = { toNode: 380, toRedis: 420, along: 480, toClient: 420 };

/**
 * Draws this page's messages as they really went: from the sender's node into Redis, then to each node from which a client of
 * this page got it, and up to those clients.
 */
export class Journeys {
  #picture;
  #journeys = new Map(); // message id -> { lane, arrived, nodes: id -> the places (x) of its receivers }

  constructor(picture, traffic) {
    this.#picture = picture;
    traffic.on("sent", (message) => this.#sent(message));
    traffic.on("received", ({ message, client }) => this.#received(message, client));
    traffic.on("failed", (message) => this.#journeys.delete(message.id));
  }

  #sent(message) {
    const { layout, flights } = this.#picture;
    const from = message.sender.node;
    const slot = this.#picture.slot(from);
    if (!slot || flights.full || document.hidden) return;

    const tone = message.sender.user;
    const radius = tone === "swarm" ? 0.2 * layout.rem : 0.34 * layout.rem;
    const journey = { tone, radius, from, arrived: false, nodes: new Map() };
    this.#journeys.set(message.id, journey);
    setTimeout(() => this.#journeys.delete(message.id), 10_000);
    flights.fly(clientToNode(layout, slot, this.#picture.place(message.sender)), legs.toNode, tone, radius, () => {
      this.#picture.flash(from, tone);
      flights.fly(nodeToRedis(layout, slot), legs.toRedis, tone, radius, () => {
        journey.arrived = true;
        for (const node of journey.nodes.keys()) this.#deliver(journey, node);
      });
    });
  }

  #received(message, client) {
    const journey = this.#journeys.get(message.id);
    const x = this.#picture.place(client);
    if (!journey || x === undefined) return;
    const first = !journey.nodes.has(client.node);
    if (first) journey.nodes.set(client.node, new Set());
    journey.nodes.get(client.node).add(x);
    if (first && journey.arrived) this.#deliver(journey, client.node);
  }

  #deliver({ tone, radius, from, nodes }, node) {
    const { layout, flights } = this.#picture;
    const [source, target] = [this.#picture.slot(from), this.#picture.slot(node)];
    if (!source || !target) return;

    const down = nodeToRedis(layout, source);
    const up = nodeToRedis(layout, target).reverse();
    flights.fly([down[down.length - 1], ...up], legs.along, tone, radius, () => {
      this.#picture.flash(node, tone);
      for (const x of nodes.get(node)) flights.fly(clientToNode(layout, target, x).reverse(), legs.toClient, tone, radius);
    });
  }
}
