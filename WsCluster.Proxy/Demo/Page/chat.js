import { element, setText } from "./dom.js";
import { duration } from "./format.js";
import { Tape } from "./tape.js";

const conditions = { connecting: "connecting …", connected: "connected", waiting: "reconnecting …", stopped: "stopped" };

/** The panel of one client: where it is, its groups, what it gets, and a form to send. */
export class Chat {
  #client;
  #peer;
  #traffic;
  #roster;
  #root;
  #parts;
  #messages;
  #frames;

  /** `peer` is the client to which the form offers to send. */
  constructor(host, name, client, { peer, traffic, roster }) {
    this.#client = client;
    this.#peer = peer;
    this.#traffic = traffic;
    this.#roster = roster;
    this.#root = instantiate(name);
    this.#root.id = client.user;
    this.#root.classList.add(client.user);
    host.append(this.#root);

    const find = (selector) => this.#root.querySelector(selector);
    this.#parts = {
      where: find(".where"), condition: find(".condition"), chips: find(".groups ul"), groupForm: find(".groups"),
      sendForm: find(".send"), error: find(".error"), raw: find(".switch"),
    };
    this.#messages = new Tape(find(".messages"), 200, "Nothing has come in yet.");
    this.#frames = new Tape(find(".frames"), 200, "No frame has passed since the switch was turned on.");
    this.#listen();
    this.#offerTarget();
  }

  #listen() {
    const { groupForm, sendForm, raw } = this.#parts;
    this.#client.on("state", () => this.#show());
    this.#client.on("message", (frame) => this.#received(frame));
    this.#client.on("frame", (frame) => this.#frame(frame));
    this.#peer.on("state", () => this.#offerTarget());
    this.#roster.on("change", () => this.#showWhere());
    groupForm.addEventListener("submit", (event) => this.#join(event));
    sendForm.addEventListener("submit", (event) => this.#send(event));
    sendForm.elements.kind.addEventListener("change", () => this.#offerTarget());
    raw.addEventListener("click", () => this.#toggleRaw());
  }

  #show() {
    const { state, problem, node, connectionId } = this.#client;
    Object.assign(this.#root.dataset, { state, nodeId: node ?? "", connectionId: connectionId ?? "" });
    setText(this.#parts.condition, conditions[state]);
    if (state === "waiting") this.#fail(problem);
    else if (state === "connected") this.#fail("");
    this.#showWhere();
    const groups = [...this.#client.groups].join("\n");
    if (this.#parts.chips.dataset.groups !== groups) this.#showGroups(groups);
  }

  #showWhere() {
    const { node, state } = this.#client;
    const name = node && this.#roster.name(node);
    setText(this.#parts.where, name ? `${state === "connected" ? "on" : "was on"} ${name} · ${node.slice(0, 4)}` : "on no node yet");
  }

  #showGroups(groups) {
    this.#parts.chips.dataset.groups = groups;
    this.#parts.chips.replaceChildren(...[...this.#client.groups].map((group) =>
      element("li", {}, element("span", {}, group),
        element("button", { type: "button", "aria-label": `Leave ${group}`, click: () => this.#attempt(() => this.#client.leave(group)) }, "×"))));
  }

  #join(event) {
    event.preventDefault();
    const input = event.target.elements.group;
    const group = input.value.trim();
    if (!group) return;
    input.value = "";
    this.#attempt(() => this.#client.join(group));
  }

  #send(event) {
    event.preventDefault();
    const { kind, target, text } = event.target.elements;
    const words = text.value.trim();
    if (!words || (kind.value !== "everyone" && !target.value.trim())) return;
    text.value = "";
    this.#attempt(() => this.#traffic.send(this.#client, { kind: kind.value, name: target.value.trim() }, words));
  }

  /** Fills in the nearest target of the chosen kind; a connection's id is followed when the peer gets a new one. */
  #offerTarget() {
    const { kind, target } = this.#parts.sendForm.elements;
    const offer = { group: [...this.#client.groups][0] ?? "lobby", user: this.#peer.user, connection: this.#peer.connectionId ?? "", everyone: "" }[kind.value];
    target.hidden = kind.value === "everyone";
    if (target.dataset.kind === kind.value && target.value !== target.dataset.offer) return; // typed by hand
    Object.assign(target.dataset, { kind: kind.value, offer });
    target.value = offer;
  }

  #received(frame) {
    const own = this.#traffic.find(frame);
    const text = frame.data?.text ?? (typeof frame.data === "string" ? frame.data : JSON.stringify(frame.data));
    const from = frame.data?.node ? ` from ${this.#roster.name(frame.data.node)}` : "";
    const took = own ? duration(performance.now() - own.sentAt) : "";
    const address = frame.from === "group" ? frame.group : "direct";
    this.#messages.add(element("li", {},
      element("b", { class: `sender ${frame.fromUserId ?? ""}` }, frame.fromUserId ?? "somebody"),
      element("span", { class: "text" }, text),
      element("span", { class: "meta" }, element("span", {}, `${address}${from}`), element("span", { class: "took" }, took))));
  }

  #frame({ direction, text }) {
    if (this.#parts.raw.getAttribute("aria-checked") !== "true") return;
    this.#frames.add(element("li", { class: direction },
      element("span", { class: "arrow", role: "img", "aria-label": direction === "in" ? "received" : "sent" }, direction === "in" ? "←" : "→"), element("code", {}, text)));
  }

  #toggleRaw() {
    const on = this.#parts.raw.getAttribute("aria-checked") !== "true";
    this.#parts.raw.setAttribute("aria-checked", on);
    this.#messages.show(!on);
    this.#frames.show(on);
  }

  async #attempt(action) {
    try {
      await action();
      this.#fail("");
    } catch (error) {
      this.#fail(error.message);
    }
  }

  #fail(words) {
    setText(this.#parts.error, words);
  }
}

function instantiate(name) {
  const root = document.getElementById("chat-template").content.firstElementChild.cloneNode(true);
  for (const part of [root, ...root.querySelectorAll("[aria-label]")]) {
    part.setAttribute("aria-label", part.getAttribute("aria-label").replace("{name}", name));
  }
  root.querySelector("h2").textContent = name;
  return root;
}
