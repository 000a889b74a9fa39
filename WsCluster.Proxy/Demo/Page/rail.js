import { setText, svg } from "./dom.js";
import { count } from "./format.js";

const people = { ann: "A", bob: "B" };
const spacing = 0.3; // rem

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

    const alone = (tokens) => [...tokens].filter(([key]) => people[key]);
    const rows = [
      ...[...lanes].map(([lane, tokens]) => row(lane, [...tokens], layout.rem, false)),
      ...[...adrift].map(([lane, tokens]) => row(lane, alone(tokens), layout.rem, true)),
    ].filter((each) => each.tokens.length > 0);
    spread(rows, layout);
    for (const each of rows) this.#put(each, layout);

    const shown = new Set(rows.flatMap((each) => each.tokens.map((token) => token.key)));
    for (const [key, token] of this.#tokens) {
      if (shown.has(key)) continue;
      token.root.remove();
      this.#tokens.delete(key);
    }
    return [...this.#tokens.values()].filter((token) => !token.adrift).map((token) => token.x);
  }

  #put({ x, tokens, adrift }, layout) {
    const { rem } = layout;
    for (const { key, words, width } of tokens) {
      const token = this.#tokens.get(key) ?? this.#newToken(key);
      for (const [name, value] of Object.entries({ width, height: 1.7 * rem, rx: 0.85 * rem })) token.box.setAttribute(name, value);
      token.text.setAttribute("x", width / 2);
      token.text.setAttribute("y", 1.17 * rem);
      setText(token.text, words);
      token.x = x + width / 2;
      token.adrift = adrift;
      token.root.classList.toggle("adrift", adrift);
      token.root.style.transform = `translate(${x}px, ${layout.railY - 0.85 * rem}px)`;
      x += width + spacing * rem;
    }
  }

  #newToken(key) {
    const token = { box: svg("rect"), text: svg("text", { "text-anchor": "middle" }) };
    token.root = svg("g", { class: `token ${people[key] ? key : "swarm"}` }, token.box, token.text);
    this.#tokens.set(key, token);
    this.#layer.append(token.root);
    return token;
  }
}

/** The tokens of a lane ([key, number of clients] each), side by side. */
function row(lane, entries, rem, adrift) {
  const tokens = entries.map(([key, size]) => {
    const words = people[key] ?? count(size);
    return { key, words, width: (people[key] ? 1.7 : 1.3 + 0.55 * words.length) * rem };
  });
  const width = tokens.reduce((sum, token) => sum + token.width + spacing * rem, 0);
  return { lane, tokens, adrift, width, x: 0 };
}

/** Puts each row over its lane, or as near to that as its neighbours and the edges allow. */
function spread(rows, { width, rem }) {
  rows.sort((a, b) => a.lane - b.lane);
  let free = 0;
  for (const each of rows) {
    each.x = Math.max(free, each.lane - (each.width - spacing * rem) / 2);
    free = each.x + each.width;
  }
  let end = width + spacing * rem;
  for (const each of rows.toReversed()) {
    each.x = Math.min(each.x, end - each.width);
    end = each.x;
  }
}
