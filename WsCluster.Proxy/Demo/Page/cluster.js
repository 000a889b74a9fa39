import { Emitter } from "./emitter.js";

const silence = 4000; // ms; a snapshot comes about once a second
const retryAfter = 2000;

/**
 * The status stream. It comes back by itself; the browser then asks for the story since the last entry that it has.
 * Events: `snapshot`, `story`, `lost`, `back`.
 */
export class Cluster extends Emitter {
  snapshot = null;
  available = true;

  #source = null;
  #watchdog = 0;
  #waiting = [];

  start() {
    this.#source = new EventSource("/demo/status");
    this.#source.addEventListener("cluster", (event) => this.#snapshot(JSON.parse(event.data)));
    this.#source.addEventListener("story", (event) => this.emit("story", JSON.parse(event.data)));
    this.#source.onerror = () => {
      this.#lost();
      // A refusal (503, too many pages) ends the browser's own attempts.
      if (this.#source.readyState === EventSource.CLOSED) this.#restart(retryAfter);
    };
    this.#watch();
  }

  /** Fulfilled when a node takes clients; at once while the stream is lost, since then nobody knows. */
  takesClients() {
    return this.#open() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #open() {
    if (!this.available) return true;
    return this.snapshot !== null && this.snapshot.redis.available && this.snapshot.nodes.some((node) => node.state === "ready");
  }

  #snapshot(snapshot) {
    this.snapshot = snapshot;
    this.#watch();
    if (!this.available) {
      this.available = true;
      this.emit("back");
    }
    this.emit("snapshot", snapshot);
    this.#admit();
  }

  #admit() {
    if (!this.#open()) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #watch() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#lost();
      this.#restart(0);
    }, silence);
  }

  #lost() {
    if (!this.available) return;
    this.available = false;
    this.emit("lost");
    this.#admit();
  }

  #restart(delay) {
    clearTimeout(this.#watchdog);
    this.#source.close();
    this.#watchdog = setTimeout(() => this.start(), delay);
  }
}
