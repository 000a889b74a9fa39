import { oncePerFrame, setText, svg } from "./dom.js";
import { duration } from "./format.js";

const kept = 120;
const redrawn = 250; // ms at least between two drawings
const lowest = 0.5; // ms, the bottom of the axis
const least = 20; // ms, the top of the axis while everything is quick

/** The latencies of the last messages as dots on a logarithmic axis, oldest first. Of a message's receivers one counts. */
export class Chart {
  #svg;
  #median;
  #p99;
  #points = [];
  #counted = new WeakSet();

  constructor(traffic) {
    this.#svg = document.getElementById("chart");
    this.#median = document.getElementById("latency-median");
    this.#p99 = document.getElementById("latency-p99");
    this.draw = oncePerFrame(() => this.#draw(), redrawn);
    new ResizeObserver(this.draw).observe(this.#svg.parentElement);
    traffic.on("received", (receipt) => this.#take(receipt));
  }

  #take({ message, client, latency }) {
    if (message.watched ? client !== message.watched : client === message.sender) return;
    if (this.#counted.has(message)) return;
    this.#counted.add(message);
    this.#points.push({ latency, tone: message.sender.user });
    if (this.#points.length > kept) this.#points.shift();
    this.draw();
  }

  #draw() {
    const host = this.#svg.parentElement;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const [width, height] = [host.clientWidth, host.clientHeight];
    const left = 3.3 * rem;
    const sorted = this.#points.map((point) => point.latency).sort((a, b) => a - b);
    const top = Math.max(least, (sorted[sorted.length - 1] ?? 0) * 1.3);
    const y = (ms) => height - 0.5 * rem - ((height - 1.2 * rem) * Math.log(Math.max(ms, lowest) / lowest)) / Math.log(top / lowest);
    const x = (index) => left + ((index + 0.5 + kept - this.#points.length) * (width - left)) / kept;

    const grid = [1, 10, 100, 1000, 10_000].filter((ms) => ms < top).flatMap((ms) => [
      svg("line", { class: "grid", x1: left, x2: width, y1: y(ms), y2: y(ms) }),
      label(ms < 1000 ? `${ms} ms` : `${ms / 1000} s`, left - 0.5 * rem, y(ms) + 0.25 * rem),
    ]);
    const dots = this.#points.map(({ latency, tone }, index) => svg("circle", { class: `dot ${tone}`, cx: x(index), cy: y(latency), r: 0.17 * rem }));
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (sorted.length === 0) {
      this.#svg.replaceChildren(...grid);
      return;
    }

    const median = quantile(sorted, 0.5);
    this.#svg.replaceChildren(...grid, svg("line", { class: "median", x1: left, x2: width, y1: y(median), y2: y(median) }), ...dots);
    setText(this.#median, duration(median));
    setText(this.#p99, duration(quantile(sorted, 0.99)));
  }
}

function label(words, x, y) {
  const text = svg("text", { x, y, "text-anchor": "end" });
  text.textContent = words;
  return text;
}

/** The smallest value that at least the given share of the (sorted) values doesn't exceed. */
const quantile = (sorted, share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
