import { clientToNode, nodeToRedis } from "./geometry.js";

const period = 1000; // ms; a snapshot comes about once a second
const mostDots = 6; // a node and period
const windows = 3; // a node's report is up to this many periods late

/** Draws the traffic of everybody else, from the nodes' own reports, as faint dots: the more there is, the more dots. */
export class Ambient {
  #picture;
  #roster;
  #own = new Map(); // node id -> counts of this page's messages, the newest window first

  constructor({ picture, roster, traffic }) {
    this.#picture = picture;
    this.#roster = roster;
    traffic.on("sent", (message) => this.#count(message.sender.node, "sent"));
    traffic.on("received", ({ client }) => this.#count(client.node, "received"));
  }

  show(snapshot) {
    const heard = this.#roster.nodes.filter((node) => !node.goneAt && node.shown !== "silent");
    for (const node of snapshot.redis.available ? heard : []) {
      const own = this.#own.get(node.id) ?? [];
      const sent = node.messagesPerSecond - Math.max(0, ...own.map((window) => window.sent)) * 1.3;
      const received = node.deliveriesPerSecond - Math.max(0, ...own.map((window) => window.received)) * 1.3;
      this.#scatter(sent, () => this.#fly(node.id, (layout, slot) => nodeToRedis(layout, slot)));
      this.#scatter(received, () => this.#fly(node.id, (layout, slot) => clientToNode(layout, slot).reverse()));
    }
    for (const own of this.#own.values()) {
      own.unshift({ sent: 0, received: 0 });
      own.length = Math.min(own.length, windows);
    }
  }

  #scatter(perSecond, fly) {
    if (perSecond < 0.5) return;
    const dots = Math.min(mostDots, Math.ceil(Math.log2(1 + perSecond)));
    for (let index = 0; index < dots; index++) setTimeout(fly, ((index + Math.random()) * period) / dots);
  }

  #fly(nodeId, way) {
    const slot = this.#picture.slot(nodeId);
    if (slot) this.#picture.flights.fly(way(this.#picture.layout, slot), 700, "faint", 0.16 * this.#picture.layout.rem);
  }

  #count(nodeId, kind) {
    const own = this.#own.get(nodeId) ?? this.#own.set(nodeId, [{ sent: 0, received: 0 }]).get(nodeId);
    own[0][kind]++;
  }
}
