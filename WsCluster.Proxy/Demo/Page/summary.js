import { setText } from "./dom.js";
import { count, plural } from "./format.js";

/** The figures at the top, and one sentence on how the cluster is. */
export class Summary {
  #figures = Object.fromEntries(["nodes", "connections", "messages", "deliveries"].map((name) => [name, document.getElementById(`figure-${name}`)]));
  #state = document.getElementById("state");
  #roster;
  #cluster;

  constructor({ roster, cluster }) {
    this.#roster = roster;
    this.#cluster = cluster;
    roster.on("change", () => this.#show());
    cluster.on("lost", () => this.#show());
    cluster.on("back", () => this.#show());
  }

  #show() {
    const live = this.#roster.nodes.filter((node) => !node.goneAt);
    const heard = live.filter((node) => node.shown !== "silent");
    const sum = (field) => count(Math.round(heard.reduce((total, node) => total + node[field], 0)));
    setText(this.#figures.nodes, count(live.length));
    setText(this.#figures.connections, sum("connections"));
    setText(this.#figures.messages, sum("messagesPerSecond"));
    setText(this.#figures.deliveries, sum("deliveriesPerSecond"));
    const [level, words] = this.#judge(live);
    this.#state.dataset.level = level;
    setText(this.#state, words);
  }

  #judge(live) {
    if (!this.#cluster.available) return ["bad", "The proxy’s status stream is lost; what you see is old. The page asks again by itself."];
    if (!this.#cluster.snapshot) return ["warn", "Asking the proxy for the state of the cluster …"];
    if (!this.#cluster.snapshot.redis.available) {
      return ["bad", "Redis does not answer. Clients keep their connections; messages fail until it is back."];
    }
    if (live.length === 0) return ["bad", "There is no node. Clients wait for the first one."];

    const silent = live.filter((node) => node.shown === "silent");
    if (silent.length > 0) return ["warn", `${this.#names(silent)} ${silent.length === 1 ? "does" : "do"} not renew ${silent.length === 1 ? "its lease" : "their leases"}.`];
    const dead = this.#roster.nodes.filter((node) => node.shown === "dead");
    if (dead.length > 0) return ["warn", `${this.#names(dead)} died. ${plural(live.length, "node")} ${live.length === 1 ? "goes" : "go"} on.`];
    if (!live.some((node) => node.state === "ready")) return ["bad", "No node is ready. Clients wait for the first one."];
    const other = live.filter((node) => node.state !== "ready");
    if (other.length > 0) return ["warn", `${this.#names(other)} ${other.length === 1 ? "is" : "are"} ${other[0].state}.`];
    return ["ok", live.length === 1 ? "The node is ready. Redis answers." : "All nodes are ready. Redis answers."];
  }

  #names(nodes) {
    return nodes.length > 3 ? plural(nodes.length, "node") : nodes.map((node) => this.#roster.name(node.id)).join(", ");
  }
}
