// Clients of the unmodified SDK, and what the scenarios need to look at them.
import { WebPubSubClient, WebPubSubJsonProtocol } from "@azure/web-pubsub-client";
import { WebPubSubServiceClient } from "@azure/web-pubsub";

const roles = ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"];

/** A source of client access URLs, made by the service SDK as an application server makes them. */
export function credential(endpoint, accessKey, hub, options = {}) {
  const service = new WebPubSubServiceClient(`Endpoint=${endpoint};AccessKey=${accessKey};Version=1.0;`, hub, {
    allowInsecureConnection: true,
  });
  return { getClientAccessUrl: async () => (await service.getClientAccessToken({ roles, ...options })).url };
}

/** Starts a client and keeps what it is told. */
export async function start(credential, options = {}) {
  const client = new WebPubSubClient(credential, {
    protocol: WebPubSubJsonProtocol(),
    messageRetryOptions: { maxRetries: 1, retryDelayInMs: 50 },
    ...options,
  });
  const log = { connected: [], disconnected: [], stopped: 0, messages: [], rejoinFailed: [] };
  client.on("connected", (e) => log.connected.push(e));
  client.on("disconnected", (e) => log.disconnected.push(e));
  client.on("stopped", () => log.stopped++);
  client.on("group-message", (e) => log.messages.push(e.message));
  client.on("server-message", (e) => log.messages.push(e.message));
  client.on("rejoin-group-failed", (e) => log.rejoinFailed.push(e));
  await client.start();
  await until(() => log.connected.length > 0, "the connected event");
  return { client, log };
}

/** Waits until a condition holds. */
export async function until(condition, what, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`Not within ${seconds} s: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
