// One node of Socket.IO with the Redis adapter, as its documentation sets it up: node server.js PORT REDIS_PORT NODES
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, redisPort, nodes] = process.argv.slice(2).map(Number);
const publisher = createClient({ url: `redis://127.0.0.1:${redisPort}` });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

// What is not Socket.IO's is the tool's question whether this node sees all the others.
const http = createServer(async (request, response) => {
  response.statusCode = (await io.of("/").adapter.serverCount()) === nodes ? 200 : 503;
  response.end();
});
const io = new Server(http, { adapter: createAdapter(publisher, subscriber), transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  socket.on("join", async (group, joined) => {
    await socket.join(group);
    joined();
  });
  socket.on("send", (group, data) => io.to(group).emit("m", data));
});
http.listen(port, "127.0.0.1");
