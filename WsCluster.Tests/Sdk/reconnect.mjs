// A client that loses its node. Tells what happens to it on standard output, a JSON object a line; ends when standard input does.
// node reconnect.mjs <endpoint> <access key> <hub> [reliable]
import { WebPubSubJsonProtocol, WebPubSubJsonReliableProtocol } from "@azure/web-pubsub-client";
import { credential, start } from "./clients.mjs";

const [endpoint, accessKey, hub, kind] = process.argv.slice(2);
const protocol = kind === "reliable" ? WebPubSubJsonReliableProtocol() : WebPubSubJsonProtocol();
const tell = (event, more) => console.log(JSON.stringify({ event, ...more }));

const { client, log } = await start(credential(endpoint, accessKey, hub, { userId: "sdk" }), { protocol });
client.on("connected", (e) => tell("connected", { connectionId: e.connectionId }));
client.on("disconnected", () => tell("disconnected"));
client.on("rejoin-group-failed", (e) => tell("rejoin-group-failed", { group: e.group }));
client.on("group-message", (e) => tell("message", { data: e.message.data }));
await client.joinGroup("g1");
await client.joinGroup("g2");
await client.joinGroup("left");
await client.leaveGroup("left");
tell("ready", { connectionId: log.connected[0].connectionId });

process.stdin.on("end", () => {
  client.stop();
  process.exit(0); // The SDK's keep-alive timers outlive stop().
});
process.stdin.resume();
