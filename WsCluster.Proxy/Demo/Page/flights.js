import { svg } from "./dom.js";

const most = 90; // dots at a time: more would be a blur, and cost frames

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Dots that travel along ways. Where motion is unwanted nothing is drawn, and what follows happens at once. */
export class Flights {
  #layer;
  #flights = new Set();
  #frame = 0;

  constructor(layer) {
    this.#layer = layer;
  }

  get full() {
    return this.#flights.size >= most;
  }

  /** Sends a dot along points ([x, y] each) in `ms`, then calls `landed`. Of faint dots none is drawn when there are many. */
  fly(points, ms, className, radius, landed = () => {}) {
    if (still.matches || document.hidden || this.full) {
      landed();
      return;
    }

    const dot = svg("circle", { class: `dot ${className}`, r: radius });
    this.#layer.append(dot);
    this.#flights.add({ dot, legs: measure(points), start: performance.now(), ms, landed });
    this.#frame ||= requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now) {
    for (const flight of this.#flights) {
      const done = Math.max(0, Math.min(1, (now - flight.start) / flight.ms));
      const [x, y] = along(flight.legs, ease(done));
      flight.dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      if (done < 1) continue;
      flight.dot.remove();
      this.#flights.delete(flight);
      flight.landed();
    }
    this.#frame = this.#flights.size > 0 ? requestAnimationFrame((next) => this.#draw(next)) : 0;
  }
}

const ease = (t) => (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t));

function measure(points) {
  const legs = [];
  let length = 0;
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1], points[index]];
    const own = Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1]); // ways are upright or level
    legs.push({ from, to, start: length, length: own });
    length += own;
  }
  return { legs, length };
}

function along({ legs, length }, share) {
  const place = share * length;
  const leg = legs.find((candidate) => place <= candidate.start + candidate.length) ?? legs[legs.length - 1];
  const t = leg.length === 0 ? 1 : (place - leg.start) / leg.length;
  return [leg.from[0] + (leg.to[0] - leg.from[0]) * t, leg.from[1] + (leg.to[1] - leg.from[1]) * t];
}
