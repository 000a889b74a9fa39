import { setText, svg } from "./dom.js";
import { authority, count, rate, shortId } from "./format.js";

const flashed = 600; // ms

const words = {
  joining: "joining",
  ready: "ready",
  draining: "draining",
  silent: "no heartbeat",
  dead: "lease ran out",
  left: "left",
};

/** One node of the picture, a card or a tile. Moves by a transform, so that style sheets can animate it. */
export class NodeView {
  root;
  #parts = {};
  #shape = "";
  #lit = -Infinity;

  constructor(node) {
    this.root = svg("g", { class: "node", "data-node-id": node.id });
  }

  /** Shows a node in a slot; `shorter` is what to call it where its address doesn't fit. */
  show(node, slot, layout, shorter) {
    const shape = `${layout.cards} ${slot.width} ${slot.height} ${layout.rem}`;
    if (shape !== this.#shape) this.#build(slot, layout);
    this.#shape = shape;

    this.root.style.transform = `translate(${slot.x}px, ${slot.y}px)`;
    this.root.dataset.state = node.shown;
    const full = authority(node.address);
    const room = slot.width / layout.rem - 1.5; // rem, between the paddings
    setText(this.#parts.name, layout.cards && full.length * 0.55 <= room ? full : shorter);
    setText(this.#parts.title, `${full}, ${node.id}: ${words[node.shown]}, ${count(node.connections)} connections, ${rate(node.messagesPerSecond)} messages/s`);
    setText(this.#parts.connections, count(node.connections));
    setText(this.#parts.rate, layout.cards ? rate(node.messagesPerSecond) : `${rate(node.messagesPerSecond)}/s`);
    if (!layout.cards) return;
    setText(this.#parts.id, room > 10 ? shortId(node.id) : "");
    setText(this.#parts.state, words[node.shown]);
  }

  /** Shows what is left of the lease: a share, and in ms. */
  lease(share, ms) {
    this.#parts.lease?.setAttribute("transform", `scale(${share.toFixed(3)} 1)`);
    if (this.#parts.leaseText) setText(this.#parts.leaseText, `${(ms / 1000).toFixed(1)} s`);
  }

  /** Lights up for a moment in the colour of a custom property: a message came through. */
  flash(tone) {
    if (performance.now() - this.#lit < flashed / 2) return;
    this.#lit = performance.now();
    this.#parts.box.animate([{ stroke: `var(--${tone})`, strokeWidth: 2 }, {}], { duration: flashed, easing: "ease-out" });
  }

  #build(slot, layout) {
    const { width, height } = slot;
    const { rem } = layout;
    const text = (className, x, y, anchor = "start") =>
      svg("text", { class: className, x: x * rem, y: y * rem, "text-anchor": anchor });
    const parts = (this.#parts = { title: svg("title"), box: svg("rect", { class: "box", width, height, rx: 0.45 * rem }) });
    const pad = layout.cards ? 0.85 : 0.55;
    const right = width / rem - pad;
    const bar = { x: pad * rem, y: height - (layout.cards ? 0.8 : 0.42) * rem, width: (right - pad) * rem, height: 0.16 * rem };
    parts.lease = svg("rect", { class: "lease", width: bar.width, height: bar.height });
    const lease = svg("g", { transform: `translate(${bar.x} ${bar.y})` }, svg("rect", { class: "track", width: bar.width, height: bar.height }), parts.lease);

    if (layout.cards) {
      parts.name = text("name", pad, 1.7);
      parts.state = text("state", pad + 0.9, 3);
      parts.id = text("id", right, 3, "end");
      parts.connections = text("figure", pad, 5.6);
      parts.rate = text("figure", pad + (right - pad) / 2, 5.6);
      parts.leaseText = text("unit", right, 8.05, "end");
      const unit = (x, y, words) => Object.assign(text("unit", x, y), { textContent: words });
      this.root.replaceChildren(
        parts.title, parts.box, parts.name, parts.id, svg("circle", { class: "lamp", cx: (pad + 0.3) * rem, cy: 2.71 * rem, r: 0.27 * rem }), parts.state,
        parts.connections, unit(pad, 6.6, "clients"), parts.rate, unit(pad + (right - pad) / 2, 6.6, "msg/s"),
        unit(pad, 8.05, "lease"), parts.leaseText, lease);
      return;
    }

    parts.name = text("name", pad + 0.75, 1.25);
    parts.connections = text("small", pad, 2.4);
    parts.rate = text("small", right, 2.4, "end");
    this.root.replaceChildren(
      parts.title, parts.box, svg("circle", { class: "lamp", cx: (pad + 0.25) * rem, cy: 0.97 * rem, r: 0.25 * rem }),
      parts.name, parts.connections, parts.rate, lease);
  }
}
