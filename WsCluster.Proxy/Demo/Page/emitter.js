/** An event target whose listeners get the detail itself. */
export class Emitter {
  #target = new EventTarget();

  on(type, listener) {
    this.#target.addEventListener(type, (event) => listener(event.detail));
    return this;
  }

  emit(type, detail) {
    this.#target.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
