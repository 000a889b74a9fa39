import { Client } from "./client.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { count, plural, shorterNames } from "./format.js";

const step = 50;
const most = 200; // a browser opens about 255 WebSockets to one host
const mostRows = 4; // nodes; more stand side by side under shorter names
const words = ["tick", "tock", "ping", "pong", "left", "right"];

/** Many clients at once: opens them, makes them talk to a group of their own, drops them. */
export class Swarm {
  clients = [];

  #group = `swarm-${Math.random().toString(36).slice(2, 6)}`;
  #traffic;
  #roster;
  #adopt;
  #admission;
  #timer = 0;
  #turn = 0;
  #parts;

  /** `adopt` is told of each new client. */
  constructor({ traffic, roster, adopt, admission }) {
    this.#traffic = traffic;
    this.#roster = roster;
    this.#adopt = adopt;
    this.#admission = admission;
    this.#parts = Object.fromEntries(["open", "talk", "drop", "rate", "rate-text", "effect", "count", "nodes"]
      .map((name) => [name, document.getElementById(`swarm-${name}`)]));
    this.#parts.root = document.getElementById("swarm");
    this.show = oncePerFrame(() => this.#show(), 100);

    this.#parts.open.addEventListener("click", () => this.#open());
    this.#parts.talk.addEventListener("click", () => this.#talk(!this.#timer));
    this.#parts.drop.addEventListener("click", () => this.#drop());
    this.#parts.rate.addEventListener("input", () => this.#changeRate());
    roster.on("change", this.show);
  }

  #open() {
    for (let index = 0; index < step && this.clients.length < most; index++) {
      const client = new Client("swarm", { groups: [this.#group], admission: this.#admission });
      this.clients.push(client);
      client.on("state", this.show);
      this.#adopt(client);
      client.start();
    }
    this.show();
  }

  #drop() {
    this.#talk(false);
    for (const client of this.clients.splice(0)) client.stop();
    this.show();
  }

  #talk(on) {
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.#say(), 1000 / this.#rate()) : 0;
    this.show();
  }

  #changeRate() {
    setText(this.#parts["rate-text"], String(this.#rate()));
    if (this.#timer) this.#talk(true);
    this.show();
  }

  #rate() {
    return Number(this.#parts.rate.value);
  }

  /** The next one that is connected says something. */
  #say() {
    const connected = this.clients.filter((client) => client.state === "connected");
    if (connected.length === 0) return;
    const client = connected[this.#turn++ % connected.length];
    const watched = connected[Math.floor(Math.random() * connected.length)];
    this.#traffic.send(client, { kind: "group", name: this.#group }, words[this.#turn % words.length], watched)
      .catch(() => {}); // the connection broke meanwhile, which the count shows; the next one speaks
  }

  #show() {
    const { root, open, talk, drop, effect, nodes } = this.#parts;
    const connected = this.clients.filter((client) => client.state === "connected");
    root.dataset.open = connected.length;
    open.disabled = this.clients.length >= most;
    talk.disabled = drop.disabled = this.clients.length === 0;
    talk.setAttribute("aria-pressed", this.#timer !== 0);
    setText(this.#parts.count, this.clients.length === 0 ? "no clients" : `${count(connected.length)} of ${plural(this.clients.length, "client")} connected`);
    setText(effect, connected.length === 0
      ? "Each message goes to all of them."
      : `Each goes to all ${count(connected.length)}: ${plural(connected.length * this.#rate(), "delivery").replace("deliverys", "deliveries")} a second.`);

    const live = this.#roster.nodes.filter((node) => !node.goneAt);
    const shorter = shorterNames(live);
    const many = live.length > mostRows;
    nodes.classList.toggle("many", many);
    const byNode = new Map(live.map((node) => [node.id, 0]));
    for (const client of connected) byNode.set(client.node, (byNode.get(client.node) ?? 0) + 1);
    const highest = Math.max(1, ...byNode.values());
    nodes.replaceChildren(...[...byNode].map(([id, size]) => {
      const node = many && this.#roster.find(id);
      const bar = element("i");
      bar.style.width = `${(100 * size) / highest}%`;
      return element("div", {}, element("dt", {}, node ? shorter(node) : this.#roster.name(id)), element("dd", {}, element("span", { class: "bar" }, bar), element("b", {}, count(size))));
    }));
  }
}
