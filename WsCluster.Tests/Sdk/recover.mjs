// One client of the reliable protocol behind a relay, which loses its connection in every way that a close code can say.
// node recover.mjs <endpoint a> <endpoint b> <access key> <hub>; exit code 0 when all is as it should be.
import assert from "node:assert/strict";
import { WebPubSubJsonReliableProtocol } from "@azure/web-pubsub-client";
import { WebSocket, WebSocketServer } from "ws";
import { credential, start, until } from "./clients.mjs";

const [endpointA, endpointB, accessKey, hub] = process.argv.slice(2);

// The relay: whoever connects to it is connected to the node that is the target then.
const relay = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: (offered) => [...offered][0] });
await new Promise((resolve) => relay.on("listening", resolve));
let target = endpointA;
let current;
const handshakes = [];
const tokens = [];
relay.on("connection", (client, request) => {
  handshakes.push(request.url);
  const node = new WebSocket(target.replace("http", "ws") + request.url, client.protocol);
  const early = [];
  current = { client, node };
  node.on("open", () => early.forEach((data) => node.send(data, { binary: false })));
  node.on("message", (data) => {
    tokens.push(...[JSON.parse(data).reconnectionToken].filter(Boolean));
    client.send(data, { binary: false });
  });
  node.on("close", (code) => (client.readyState === WebSocket.OPEN ? client.close(code === 1006 ? 1011 : code) : undefined));
  node.on("error", () => client.terminate());
  client.on("message", (data) => (node.readyState === WebSocket.OPEN ? node.send(data, { binary: false }) : early.push(data)));
  client.on("close", (code) => (code === 1000 || code === 1005 ? node.close(1000) : node.terminate()));
});

/** The client gets a close code; its node only sees that the connection is lost. */
function lose(code) {
  const { client, node } = current;
  client.removeAllListeners("close");
  node.removeAllListeners("close");
  node.terminate();
  code === 1006 ? client.terminate() : client.close(code);
}

const direct = credential(endpointA, accessKey, hub, { userId: "reliable" });
const throughRelay = {
  getClientAccessUrl: async () => (await direct.getClientAccessUrl()).replace(/^wss?:\/\/[^/]+/, `ws://127.0.0.1:${relay.address().port}`),
};
const sender = await start(credential(endpointB, accessKey, hub, { userId: "sender" }));
const { client, log } = await start(throughRelay, { protocol: WebPubSubJsonReliableProtocol() });
await client.joinGroup("g");
await client.joinGroup("left");
await client.leaveGroup("left");

const sent = [];
async function send(text) {
  await sender.client.sendToGroup("left", "not for it", "text");
  await sender.client.sendToGroup("g", text, "text");
  sent.push(text);
}

await send("first");
await until(() => log.messages.length === 1, "the first message");
for (const code of [1000, 1001, 1006, 1011]) {
  target = target === endpointA ? endpointB : endpointA;
  const before = handshakes.length;
  lose(code);
  await send(`lost with ${code}`);
  await until(() => log.messages.length === sent.length, `what was sent while the client was away (${code})`);
  await send(`back from ${code}`);
  await until(() => log.messages.length === sent.length, `what was sent after it (${code})`);
  await client.sendToGroup("nowhere", "still allowed", "text");
  assert.ok(handshakes.slice(before).every((url) => url.includes("awps_connection_id")), `${code} is followed by a recovery`);
}

assert.deepEqual(log.messages.map((m) => m.data), sent);
assert.equal(log.connected.length, 1);
assert.equal(log.disconnected.length, 0);

// 1008 ends the session: a new connection, with its groups joined again.
const first = log.connected[0].connectionId;
lose(1008);
await until(() => log.connected.length === 2, "the new connection");
assert.equal(log.disconnected.length, 1);
assert.notEqual(log.connected[1].connectionId, first);
assert.ok(!handshakes.at(-1).includes("awps_connection_id"));
await send("after 1008");
await until(() => log.messages.length === sent.length, "what was sent to the new connection");
assert.deepEqual(log.messages.map((m) => m.data), sent);
assert.equal(log.rejoinFailed.length, 0);

// stop() ends it, too.
client.stop();
await until(() => log.stopped === 1, "the stopped event");
const query = `awps_connection_id=${log.connected[1].connectionId}&awps_reconnection_token=${encodeURIComponent(tokens.at(-1))}`;
const late = new WebSocket(`${endpointB.replace("http", "ws")}/client/hubs/${hub}?${query}`, "json.reliable.webpubsub.azure.v1");
const code = await new Promise((resolve, reject) => late.on("close", resolve).on("error", reject));
assert.equal(code, 1008);

// The SDK's keep-alive timers outlive stop(); nothing is left to wait for.
process.exit(0);
