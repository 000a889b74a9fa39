const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** 1234 -> "1,234". */
export const count = (value) => whole.format(value);

/** A rate in narrow places: "0.4", "97", "1.2K". */
export const rate = (value) => (value > 0 && value < 9.95 ? value.toFixed(1) : short.format(Math.round(value)));

/** A duration in ms: "0.8 ms", "12 ms", "1.24 s". */
export function duration(ms) {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export const bytes = (value) => `${count(value / (1024 * 1024))} MiB`;

/** The time of day of ms since the epoch. */
export const timeOfDay = (ms) => clock.format(ms);

/** The first letters of a node's id are enough to tell it from its neighbours. */
export const shortId = (nodeId) => nodeId.slice(0, 4);

/** "1 client", "3 clients". */
export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** `http://localhost:8081` -> `localhost:8081`. */
export const authority = (address) => address.replace(/^[a-z]+:\/\//, "").replace(/\/$/, "");

/** Names for narrow places: the port if the nodes differ by it, else the host. */
export function shorterNames(nodes) {
  const urls = nodes.map((node) => new URL(node.address));
  const byPort = new Set(urls.map((url) => url.hostname)).size <= 1;
  return (node) => {
    const url = new URL(node.address);
    return byPort ? `:${url.port}` : url.hostname.slice(0, 10);
  };
}
