// Clients of the unmodified SDK @azure/web-pubsub-client, driven by lines of JSON on standard input; what happens to them is told in lines
// of JSON on standard output.
//   in:  {"do":"start","client":1,"url":"ws://...","groups":["g1"]}   {"do":"send","client":1,"message":7,"group":"g1","ackId":1000001}
//   out: {"event":"connected"|"joined"|"message"|"broke"|"recovered"|"disconnected"|"stopped"|"acked"|"refused"|"given-up","client":1,...}
import { createInterface } from "node:readline";
import { WebPubSubClient } from "@azure/web-pubsub-client";

const AckLimit = 10_000; // Without an ack for that long a message is sent again.
const RetryDelay = 250;

const clients = new Map();
const tell = (event, client, more) => process.stdout.write(JSON.stringify({ event, client, ...more }) + "\n");
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Driven {
  session = 0; // Counts connection ids: what was sent in another session is not sent again.
  socket = undefined;

  constructor(id, url, groups) {
    this.id = id;
    this.groups = groups;
    // The SDK's own retries would send a message again on a new connection, where the ackId says nothing; this script retries instead.
    this.client = new WebPubSubClient(url, { messageRetryOptions: { maxRetries: 0 }, keepAliveIntervalInMs: 2_500 });
    const failed = new Set();
    this.client.on("rejoin-group-failed", (e) => failed.add(e.group));
    this.client.on("connected", (e) => {
      tell("connected", id, { connectionId: e.connectionId });
      // After the first connection none is joined yet; later ones were joined by the SDK before it said that it is connected.
      for (const group of groups) {
        if (this.session > 0 && !failed.has(group)) {
          tell("joined", id, { group });
        } else {
          this.join(group, this.session);
        }
      }
      failed.clear();
    });
    this.client.on("disconnected", () => {
      this.session++;
      tell("disconnected", id, { code: this.client._lastCloseEvent?.code });
    });
    this.client.on("stopped", () => tell("stopped", id));
    const message = (e) => tell("message", id, { data: e.message.data, sequenceId: e.message.sequenceId });
    this.client.on("group-message", message);
    this.client.on("server-message", message);
  }

  async start() {
    for (;;) {
      try {
        return await this.client.start();
      } catch {
        await wait(RetryDelay);
      }
    }
  }

  async join(group, session) {
    while (session === this.session) {
      try {
        await this.client.joinGroup(group);
        return session === this.session ? tell("joined", this.id, { group }) : undefined;
      } catch {
        await wait(RetryDelay);
      }
    }
  }

  /** Sends under one ackId until that is acknowledged, in one session. */
  async send(message, group, ackId) {
    const session = this.session;
    while (session === this.session) {
      try {
        await this.client.sendToGroup(group, String(message), "text", { ackId, abortSignal: AbortSignal.timeout(AckLimit) });
        return tell("acked", this.id, { message });
      } catch (error) {
        if (error.errorDetail) {
          tell("refused", this.id, { message, error: error.errorDetail.name });
        }
        await wait(RetryDelay);
      }
    }
    tell("given-up", this.id, { message });
  }

  /** The SDK raises no event when it recovers a connection; that it has another socket shows it. */
  watch() {
    const socket = this.client._wsClient;
    const isOpen = this.client._state === "Connected";
    // A new session, which was told already, may be open before the old one was seen to have ended.
    if (this.wasOpen && this.session === this.watched && (!isOpen || socket !== this.socket)) {
      tell("broke", this.id);
    }
    if (isOpen && this.socket && socket !== this.socket && this.session === this.watched) {
      tell("recovered", this.id);
    }
    if (isOpen) {
      this.socket = socket;
      this.watched = this.session;
    }
    this.wasOpen = isOpen;
  }
}

setInterval(() => clients.forEach((client) => client.watch()), 50);

const commands = {
  start: ({ client, url, groups }) => {
    const driven = new Driven(client, url, groups);
    clients.set(client, driven);
    driven.start();
  },
  send: ({ client, message, group, ackId }) => clients.get(client).send(message, group, ackId),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do]?.(command);
  })
  .on("close", () => process.exit()); // The SDK's keep-alive timers would go on.
