import { element } from "./dom.js";

/** A list that keeps its newest entries in sight, unless somebody has scrolled back. */
export class Tape {
  #list;
  #most;
  #empty;

  constructor(list, most, whenEmpty) {
    this.#list = list;
    this.#most = most;
    this.#empty = element("li", { class: "empty" }, whenEmpty);
    list.append(this.#empty);
  }

  add(item) {
    const list = this.#list;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    this.#empty.remove();
    list.append(item);
    while (list.childElementCount > this.#most) list.firstElementChild.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  show(visible) {
    this.#list.hidden = !visible;
    if (visible) this.#list.scrollTop = this.#list.scrollHeight;
  }
}
