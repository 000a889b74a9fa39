// One Deno process that answers /health like a node of WsCluster: deno run --allow-net=127.0.0.1 server.js PORT
const started = Date.now();
const healthy = { status: "Healthy", description: null };

Deno.serve({ port: Number(Deno.args[0]), hostname: "127.0.0.1", onListen: () => {} }, (request) =>
  new URL(request.url).pathname === "/health"
    ? Response.json({
      status: "Healthy",
      uptimeSeconds: Math.floor((Date.now() - started) / 1000),
      redisRoundTripMs: 0.125,
      checks: { redis: healthy, self: healthy, node: healthy },
      nodeId: "1vi3517ccm",
      state: "ready",
      registered: true,
      connections: 0,
      memoryBytes: 94973952,
    })
    : new Response("Not found", { status: 404 }));
