const keptFor = 10 * 60_000; // ms; a token lives an hour

const known = new Map();

/** The URL, token included, with which a user opens a WebSocket. Many clients of one user share one answer. */
export function negotiate(hub, user) {
  const key = `${hub}/${user}`;
  const entry = known.get(key);
  if (entry && performance.now() - entry.since < keptFor) return entry.url;

  const url = ask(hub, user);
  known.set(key, { url, since: performance.now() });
  url.catch(() => forget(hub, user));
  return url;
}

/** Asks anew the next time: after a failed connect the token may be the reason, and a browser doesn't say. */
export function forget(hub, user) {
  known.delete(`${hub}/${user}`);
}

async function ask(hub, user) {
  let response;
  try {
    response = await fetch(`/demo/negotiate?${new URLSearchParams({ hub, user })}`, { cache: "no-store" });
  } catch {
    throw new Error("The proxy does not answer.");
  }

  if (response.ok) return (await response.json()).url;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? problem.title ?? `The proxy refused a token (${response.status}).`);
}
