import { element, setText } from "./dom.js";
import { duration, plural, shortId, timeOfDay } from "./format.js";

const most = 100;

const people = { ann: "Ann", bob: "Bob" };

/** What happens, told as it happens: the cluster's own entries, and what this page sees of its clients. Newest first. */
export class Story {
  #list = document.getElementById("story");
  #roster;
  #empty = element("li", { class: "empty" }, "Nothing has happened since this page was opened.");

  constructor({ roster, cluster, comeback }) {
    this.#roster = roster;
    this.#list.append(this.#empty);
    cluster.on("story", (entry) => this.#tellCluster(entry));
    cluster.on("lost", () => this.tell("status-lost", "The proxy’s status stream was lost; the page asks for it again."));
    cluster.on("back", () => this.tell("status-back", "The status stream is back."));
    comeback.on("lost", ({ node, clients }) => this.tell("lost", `${plural(clients, "client")} of this page lost ${clients === 1 ? "its" : "their"} way to ${roster.name(node)}.`));
    comeback.on("moved", ({ client, from, to }) => this.#tellMove(client, from, to));
    comeback.on("back", (report) => this.tell("back", returned(report, roster)));
    comeback.on("away", ({ node, back, of }) => this.tell("away", `${back} of ${of} clients of this page that were on ${roster.name(node)} are back so far.`));
  }

  tell(kind, words, time = Date.now()) {
    this.#empty.remove();
    this.#list.prepend(element("li", { "data-kind": kind }, element("time", { datetime: new Date(time).toISOString() }, timeOfDay(time)), element("span", {}, words)));
    while (this.#list.childElementCount > most) this.#list.lastElementChild.remove();
  }

  #tellCluster({ kind, time, nodeId, address, by }) {
    const node = nodeId ? `${this.#roster.name(nodeId, address)} (${shortId(nodeId)})` : "";
    const claimant = by ? this.#roster.name(by) : "another node";
    const words = {
      joined: `${node} joined.`,
      ready: `${node} is ready and takes clients.`,
      draining: `${node} is draining: newcomers go elsewhere.`,
      left: `${node} left in good order.`,
      died: `${node} died: its lease ran out.`,
      claimed: `${claimant} cleans up after ${node}.`,
      cleaned: `${node} is cleaned up: nothing of it is left in Redis.`,
      "redis-lost": "Redis does not answer.",
      "redis-back": "Redis answers again.",
    }[kind];
    if (words) this.tell(kind, words, time);
  }

  #tellMove(client, from, to) {
    if (people[client.user]) this.tell("moved", `${people[client.user]} moved from ${this.#roster.name(from)} to ${this.#roster.name(to)}.`);
  }
}

/** Says how to kill the node on which a client is, if that can be done from this machine. */
export function showHint(client, roster) {
  const code = document.getElementById("hint-command");
  const copy = document.getElementById("hint-copy");
  const text = document.getElementById("hint-text");
  const show = () => {
    const node = roster.find(client.node);
    const url = node && new URL(node.address);
    const local = url && ["localhost", "127.0.0.1"].includes(url.hostname);
    setText(text, url ? `Kill the node that ${people[client.user]} is on and watch:` : "Kill a node’s process and watch:");
    setText(code, local ? `kill -9 $(lsof -t -iTCP:${url.port} -sTCP:LISTEN)` : "kill -9 <process id>");
  };
  client.on("state", show);
  roster.on("change", show);
  copy.addEventListener("click", async () => {
    getSelection().selectAllChildren(code); // where there is no clipboard (plain http) it can be copied by hand
    const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
    if (!copied) return;
    setText(copy, "Copied");
    setTimeout(() => setText(copy, "Copy command"), 1500);
  });
}

function returned({ node, back, of, ms }, roster) {
  return of === 1
    ? `The client of this page that was on ${roster.name(node)} is back after ${duration(ms)}.`
    : `${back} of ${of} clients of this page that were on ${roster.name(node)} are back after ${duration(ms)}.`;
}
