const firstPause = 100; // ms; doubled with every failure
const longestPause = 5000;

/**
 * Lets a few at a time try something. After a failure only one tries, after a pause, until one succeeds: what fails for one client
 * of a page fails for all of them, and a browser reports each failure.
 */
export class Gate {
  #places;
  #inside = 0;
  #failures = 0;
  #pausedUntil = 0;
  #timer = 0;
  #waiting = [];

  constructor(places) {
    this.#places = places;
  }

  /** Fulfilled when there is a place, which `leave` gives back. */
  enter() {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#admit();
    });
  }

  leave(succeeded) {
    this.#inside--;
    this.#failures = succeeded ? 0 : this.#failures + 1;
    // Jitter, so that the pages of many visitors don't come back in one blow.
    const pause = Math.min(longestPause, firstPause * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
    this.#pausedUntil = succeeded ? 0 : performance.now() + pause;
    this.#admit();
  }

  #admit() {
    clearTimeout(this.#timer);
    const wait = this.#pausedUntil - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#admit(), wait);
      return;
    }
    while (this.#waiting.length > 0 && this.#inside < (this.#failures > 0 ? 1 : this.#places)) {
      this.#inside++;
      this.#waiting.shift()();
    }
  }
}
