// Two clients on two endpoints (the proxy twice, or two nodes): everything that the SDK's plain JSON protocol can ask for.
// node requests.mjs <endpoint a> <endpoint b> <access key> <hub>; exit code 0 when all is as it should be.
import assert from "node:assert/strict";
import { credential, start, until } from "./clients.mjs";

const [endpointA, endpointB, accessKey, hub] = process.argv.slice(2);
const a = await start(credential(endpointA, accessKey, hub, { userId: "a" }));
const b = await start(credential(endpointB, accessKey, hub, { userId: "b", groups: ["from token"] }));

assert.equal(a.log.connected[0].userId, "a");
assert.match(a.log.connected[0].connectionId, /^.{22}\.[a-z0-9]{10}$/);
assert.notEqual(a.log.connected[0].connectionId, b.log.connected[0].connectionId);

// Join, and every type of data.
assert.equal((await b.client.joinGroup("g")).isDuplicated, false);
assert.equal((await a.client.sendToGroup("g", "täxt", "text")).isDuplicated, false);
await a.client.sendToGroup("g", { n: 1, list: [true, null, "ä"] }, "json");
await a.client.sendToGroup("g", new Uint8Array([0, 1, 254, 255]).buffer, "binary");
await a.client.sendToGroup("from token", "token", "text");
await until(() => b.log.messages.length === 4, "four messages");
for (const message of b.log.messages) {
  assert.equal(message.kind, "groupData");
  assert.equal(message.fromUserId, "a");
}
assert.deepEqual(b.log.messages.map((m) => m.group), ["g", "g", "g", "from token"]);
assert.deepEqual(b.log.messages.map((m) => m.dataType), ["text", "json", "binary", "text"]);
assert.equal(b.log.messages[0].data, "täxt");
assert.deepEqual(b.log.messages[1].data, { n: 1, list: [true, null, "ä"] });
assert.deepEqual([...new Uint8Array(b.log.messages[2].data)], [0, 1, 254, 255]);

// Echo and noEcho.
await a.client.joinGroup("g");
await a.client.sendToGroup("g", "echo", "text");
await a.client.sendToGroup("g", "no echo", "text", { noEcho: true });
await a.client.sendToGroup("g", "forget", "text", { fireAndForget: true });
await until(() => a.log.messages.length === 2 && b.log.messages.length === 7, "echoes");
assert.deepEqual(a.log.messages.map((m) => m.data), ["echo", "forget"]);
assert.deepEqual(b.log.messages.slice(4).map((m) => m.data), ["echo", "no echo", "forget"]);

// A duplicate is not delivered twice.
assert.equal((await a.client.sendToGroup("g", "once", "text", { ackId: 4711 })).isDuplicated, false);
assert.equal((await a.client.sendToGroup("g", "twice", "text", { ackId: 4711 })).isDuplicated, true);

// Leave. An ack says that a message has its place in the hub's order, not that it is delivered: who leaves meanwhile does without it.
await a.client.sendToGroup("g", "before", "text");
await until(() => b.log.messages.at(-1).data === "before", "what was sent before the leave");
await b.client.leaveGroup("g");
await a.client.sendToGroup("g", "after", "text");
await b.client.joinGroup("g");
await a.client.sendToGroup("g", "last", "text");
await until(() => b.log.messages.at(-1).data === "last", "the last message");
assert.deepEqual(b.log.messages.slice(7).map((m) => m.data), ["once", "before", "last"]);

// Errors come with their names.
const weak = await start(credential(endpointB, accessKey, hub, { userId: "weak", roles: ["webpubsub.sendToGroup.g"] }));
await assert.rejects(weak.client.joinGroup("g"), (error) => error.errorDetail.name === "Forbidden");
await assert.rejects(weak.client.sendToGroup("other", 1, "json"), (error) => error.errorDetail.name === "Forbidden");
await weak.client.sendToGroup("g", "allowed", "text");
await until(() => b.log.messages.at(-1).data === "allowed", "the message of the one with few rights");
await assert.rejects(a.client.sendEvent("e", 1, "json"), (error) => error.errorDetail.name === "InternalServerError");
await assert.rejects(a.client.invokeEvent("e", 1, "json"));
await a.client.sendEvent("e", 1, "json", { fireAndForget: true });

// A token for another hub is refused.
const stranger = credential(endpointA, accessKey, "other" + hub);
const url = (await stranger.getClientAccessUrl()).replace("other" + hub, hub);
await assert.rejects(start({ getClientAccessUrl: async () => url }));

for (const { client, log } of [a, b, weak]) {
  client.stop();
  await until(() => log.stopped === 1, "the stopped event");
  assert.equal(log.connected.length, 1);
}

// The SDK's keep-alive timers outlive stop(); nothing is left to wait for.
process.exit(0);
