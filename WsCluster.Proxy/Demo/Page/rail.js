import { setText, svg } from "./dom.js";
import { count } from "./format.js";

const people = { ann: "A", bob: "B" };

/** This page's clients on their rail, each above the lane of its node: Ann and Bob by their letters, the swarm as a number. */
export class Rail {
  #layer;
  #tokens = new Map();
  #places = new WeakMap(); // client -> its token's key

  constructor(layer) {
    this.#layer = layer;
  }

  /** Where a client's token is (x of its middle); undefined if there is none. */
  place(client) {
    return this.#tokens.get(this.#places.get(client))?.x;
  }

  /** Answers where there are clients (x). */
  show(clients, layout, slots) {
    const lanes = new Map(); // x -> tokens, left to right
    const adrift = new Map();
    for (const client of clients) {
      const slot = slots.get(client.node);
      if (!slot) continue;
      const connected = client.state === "connected";
      const key = people[client.user] ? client.user : `swarm ${slot.lane}`;
      this.#places.set(client, key);
      const tokens = connected ? lanes : adrift;
      const lane = tokens.get(slot.lane) ?? tokens.set(slot.lane, new Map()).get(slot.lane);
      lane.set(key, (lane.get(key) ?? 0) + 1);
    }

    const shown = new Set();
    for (const [x, tokens] of lanes) this.#put(x, tokens, layout, shown, false);
    for (const [x, tokens] of adrift) {
      const rest = new Map([...tokens].filter(([key]) => people[key] && !shown.has(key)));
      this.#put(x, rest, layout, shown, true);
    }
    for (const [key, token] of this.#tokens) {
      if (shown.has(key)) continue;
      token.root.remove();
      this.#tokens.delete(key);
    }
    return [...this.#tokens.values()].filter((token) => !token.adrift).map((token) => token.x);
  }

  #put(lane, tokens, layout, shown, adrift) {
    const { rem } = layout;
    const widths = [...tokens].map(([key, size]) => (people[key] ? 1.7 : 1.3 + 0.55 * count(size).length) * rem);
    const spacing = 0.3 * rem;
    const total = widths.reduce((sum, width) => sum + width + spacing, -spacing);
    let x = Math.max(0, Math.min(layout.width - total, lane - total / 2));
    [...tokens].forEach(([key, size], index) => {
      const token = this.#tokens.get(key) ?? this.#newToken(key);
      const width = widths[index];
      for (const [name, value] of Object.entries({ width, height: 1.7 * rem, rx: 0.85 * rem })) token.box.setAttribute(name, value);
      token.text.setAttribute("x", width / 2);
      token.text.setAttribute("y", 1.17 * rem);
      setText(token.text, people[key] ?? count(size));
      token.x = x + width / 2;
      token.adrift = adrift;
      token.root.classList.toggle("adrift", adrift);
      token.root.style.transform = `translate(${x}px, ${layout.railY - 0.85 * rem}px)`;
      x += width + spacing;
      shown.add(key);
    });
  }

  #newToken(key) {
    const token = { box: svg("rect"), text: svg("text", { "text-anchor": "middle" }) };
    token.root = svg("g", { class: `token ${people[key] ? key : "swarm"}` }, token.box, token.text);
    this.#tokens.set(key, token);
    this.#layer.append(token.root);
    return token;
  }
}
