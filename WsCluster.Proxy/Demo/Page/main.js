import { Ambient } from "./ambient.js";
import { Chart } from "./chart.js";
import { Chat } from "./chat.js";
import { Client } from "./client.js";
import { Cluster } from "./cluster.js";
import { Comeback } from "./comeback.js";
import { Journeys } from "./journeys.js";
import { Picture } from "./picture.js";
import { Roster } from "./roster.js";
import { showHint, Story } from "./story.js";
import { Summary } from "./summary.js";
import { Swarm } from "./swarm.js";
import { startTheme } from "./theme.js";
import { Traffic } from "./traffic.js";

startTheme(document.getElementById("theme"));

const cluster = new Cluster();
const roster = new Roster();
const traffic = new Traffic();
const comeback = new Comeback();
const admission = () => cluster.takesClients();

const ann = new Client("ann", { groups: ["lobby"], admission });
const bob = new Client("bob", { groups: ["lobby"], admission });
const chats = document.getElementById("chats");
new Chat(chats, "Ann", ann, { peer: bob, traffic, roster });
new Chat(chats, "Bob", bob, { peer: ann, traffic, roster });
const swarm = new Swarm({ traffic, roster, adopt, admission });

const picture = new Picture(document.getElementById("picture"), roster, () => [ann, bob, ...swarm.clients]);
const ambient = new Ambient({ picture, roster, traffic });
new Journeys(picture, traffic);
new Chart(traffic);
new Summary({ roster, cluster });
new Story({ roster, cluster, comeback });
showHint(ann, roster);

cluster.on("snapshot", (snapshot) => {
  roster.apply(snapshot);
  picture.show(snapshot);
  ambient.show(snapshot);
});
cluster.on("story", (entry) => roster.tell(entry));
adopt(ann);
adopt(bob);
cluster.start();
start();

function adopt(client) {
  traffic.follow(client);
  comeback.follow(client);
  client.on("state", picture.draw);
}

/** Ann and Bob start on two different nodes, if there are two, and greet each other. */
async function start() {
  await cluster.takesClients();
  const ready = roster.nodes.filter((node) => node.state === "ready");
  ann.start(ready[0]?.id);
  bob.start(ready[1]?.id);
  await Promise.all([connected(ann), connected(bob)]);
  await greet(ann, "Hello Bob, I am on");
  await greet(bob, "Hello Ann, I am on");
}

async function greet(client, words) {
  const lobby = { kind: "group", name: "lobby" };
  await traffic.send(client, lobby, `${words} ${roster.name(client.node)}.`).catch(() => {}); // the panel tells of a lost connection
  await new Promise((resolve) => setTimeout(resolve, 1200)); // so that one can see whose dot is whose
}

function connected(client) {
  return new Promise((resolve) => {
    client.on("state", () => {
      if (client.state === "connected") resolve();
    });
  });
}
