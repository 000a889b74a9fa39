import { oncePerFrame, setText, svg } from "./dom.js";
import { Flights } from "./flights.js";
import { bytes, plural, rate, shorterNames } from "./format.js";
import { arrange, clientToNode, nodeToRedis } from "./geometry.js";
import { NodeView } from "./node-view.js";
import { Rail } from "./rail.js";

const leaseInterval = 200; // ms between two looks at the leases

/** The drawing of the cluster. It is laid out anew whenever its width, the nodes or this page's clients change. */
export class Picture {
  flights;
  layout = null;

  #svg;
  #roster;
  #clients;
  #views = new Map();
  #slots = new Map();
  #rail;
  #layers = {};
  #texts = {};
  #snapshot = null;

  /** `clients` answers this page's clients. */
  constructor(host, roster, clients) {
    this.#svg = host;
    this.#roster = roster;
    this.#clients = clients;
    for (const layer of ["wires", "bars", "dots", "labels", "nodes", "rail"]) {
      this.#layers[layer] = svg("g", { class: layer });
    }
    host.append(...Object.values(this.#layers));
    this.flights = new Flights(this.#layers.dots);
    this.#rail = new Rail(this.#layers.rail);
    this.#buildBars();

    this.draw = oncePerFrame(() => this.#draw());
    new ResizeObserver(this.draw).observe(host.parentElement);
    roster.on("change", this.draw);
    setInterval(() => this.#leases(), leaseInterval);
  }

  show(snapshot) {
    this.#snapshot = snapshot;
    this.draw();
  }

  /** The slot of a node that is shown, else null. */
  slot(nodeId) {
    return this.#slots.get(nodeId) ?? null;
  }

  /** Where a client is on the rail (x); undefined if it isn't. */
  place(client) {
    return this.#rail.place(client);
  }

  flash(nodeId, tone) {
    this.#views.get(nodeId)?.flash(tone);
  }

  #draw() {
    const nodes = this.#roster.nodes;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const width = this.#svg.parentElement.clientWidth;
    const layout = (this.layout = arrange(width, rem, nodes.length));
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${layout.height}`);
    this.#svg.style.height = `${layout.height}px`;
    this.#svg.dataset.redis = this.#snapshot?.redis.available === false ? "away" : "available";

    this.#slots = new Map(nodes.map((node, index) => [node.id, layout.slots[index]]));
    const shorter = shorterNames(nodes);
    for (const node of nodes) {
      const view = this.#views.get(node.id) ?? this.#newView(node);
      view.show(node, this.#slots.get(node.id), layout, shorter(node));
    }
    for (const [id, view] of this.#views) {
      if (this.#slots.has(id)) continue;
      view.root.remove();
      this.#views.delete(id);
    }

    this.#drawBars(layout);
    const tokens = this.#rail.show(this.#clients(), layout, this.#slots);
    this.#layers.wires.replaceChildren(
      ...nodes.flatMap((node) => wires(node, layout, this.#slots.get(node.id))),
      ...tokens.map((x) => line([[x, layout.railY], [x, layout.proxy.y]], "client")));
    this.#leases();
  }

  #newView(node) {
    const view = new NodeView(node);
    this.#views.set(node.id, view);
    this.#layers.nodes.append(view.root);
    return view;
  }

  #buildBars() {
    for (const [name, title] of [["proxy", "Proxy"], ["redis", "Redis"]]) {
      const [label, note] = [svg("text", { class: "name" }), svg("text", { class: "note", "text-anchor": "end" })];
      label.textContent = title;
      const box = svg("rect", { class: "box" });
      this.#texts[name] = { box, label, note };
      this.#layers.bars.append(svg("g", { class: `bar ${name}` }, box));
      this.#layers.labels.append(svg("g", { class: `bar ${name}` }, label, note)); // above the dots that cross the bar
    }
  }

  #drawBars(layout) {
    for (const name of ["proxy", "redis"]) {
      const { x, y, width, height } = layout[name];
      const { box, label, note } = this.#texts[name];
      for (const [key, value] of Object.entries({ x: x + 0.5, y, width: width - 1, height, rx: 0.45 * layout.rem })) box.setAttribute(key, value);
      const baseline = y + height - 0.97 * layout.rem;
      for (const [text, at] of [[label, x + 0.85 * layout.rem], [note, x + width - 0.85 * layout.rem]]) {
        text.setAttribute("x", at);
        text.setAttribute("y", baseline);
      }
    }
    if (!this.#snapshot) return;
    const { proxy, redis, nodes } = this.#snapshot;
    const total = nodes.reduce((sum, node) => sum + node.messagesPerSecond, 0);
    setText(this.#texts.proxy.note, `${plural(proxy.pages, "page")} · ${bytes(proxy.memoryBytes)} · ${Math.round(proxy.cpuPercent)} % CPU`);
    setText(this.#texts.redis.note, redis.available ? `one order per hub · ${rate(total)} msg/s` : "does not answer");
  }

  #leases() {
    for (const node of this.#roster.nodes) {
      this.#views.get(node.id)?.lease(this.#roster.lease(node), this.#roster.leaseMs(node));
    }
  }
}

function wires(node, layout, slot) {
  const upper = [[slot.lane, layout.proxy.y + layout.proxy.height], ...clientToNode(layout, slot).slice(3)];
  const lower = [...nodeToRedis(layout, slot).slice(0, -1), [slot.lane, layout.redis.y]];
  return [line(upper, "upper", node.shown), line(lower, "lower", node.shown)];
}

const line = (points, className, state = null) =>
  svg("polyline", { class: `wire ${className}`, points: points.map((point) => point.join(",")).join(" "), "data-state": state });
