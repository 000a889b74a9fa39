const barHeight = 2.6; // all lengths in rem
const lane = { height: 0.95, room: 0.8 }; // messages cross Redis above its name
const railHeight = 2.9;
const gap = 0.6;
const wire = 2.1;
const card = { min: 6.4, max: 15, height: 9.3 };
const tile = { min: 4.9, max: 9, height: 3.3, lane: 0.9 };
const mostCards = 6;

/**
 * Where everything is: clients on a rail at the top, the proxy, nodes, Redis, one below the other; a lane leads each node's
 * messages up and down. Few nodes are cards side by side; many are tiles in rows with the lane beside them.
 * Takes the width and the size of 1 rem in px and the number of nodes; answers px.
 */
export function arrange(width, rem, nodeCount) {
  const cards = nodeCount <= mostCards && width / rem / Math.max(1, nodeCount) >= card.min;
  const bar = barHeight * rem;
  const proxy = { x: 0, y: railHeight * rem + 0.9 * rem, width, height: bar };
  const top = proxy.y + bar + wire * rem;
  const { slots, bottom } = cards ? inOneRow(width, rem, nodeCount, top) : inRows(width, rem, nodeCount, top);
  const redis = { x: 0, y: bottom + wire * rem, width, height: bar + lane.room * rem, lane: bottom + (wire + lane.height) * rem };
  return { cards, rem, width, height: redis.y + redis.height + 1, railY: (railHeight / 2) * rem, proxy, redis, slots };
}

function inOneRow(width, rem, count, top) {
  const column = width / Math.max(1, count);
  const size = Math.min(column - (count > 1 ? gap * rem : 0), card.max * rem);
  const slots = Array.from({ length: count }, (_, index) => {
    // The outer cards keep to the edges of the bars, so that the picture has straight sides.
    const x = count === 1 ? (width - size) / 2 : index * ((width - size) / (count - 1));
    return { x, y: top, width: size, height: card.height * rem, lane: x + size / 2 };
  });
  return { slots, bottom: top + card.height * rem };
}

function inRows(width, rem, count, top) {
  const laneWidth = tile.lane * rem;
  const most = Math.max(1, Math.floor(width / (tile.min * rem + laneWidth)));
  const columns = Math.ceil(count / Math.ceil(count / most));
  const column = width / columns;
  const size = Math.min(column - laneWidth, tile.max * rem);
  const pitch = (tile.height + gap) * rem;
  const slots = Array.from({ length: count }, (_, index) => {
    const left = (index % columns) * column;
    return { x: left + laneWidth, y: top + Math.floor(index / columns) * pitch, width: size, height: tile.height * rem, lane: left + laneWidth / 2 };
  });
  return { slots, bottom: top + Math.ceil(count / columns) * pitch - gap * rem };
}

/** The points of a way from a client at x on the rail through the proxy to its node. */
export function clientToNode(layout, slot, x = slot.lane) {
  const inProxy = layout.proxy.y + layout.proxy.height / 2;
  const start = [[x, layout.railY], [x, inProxy], [slot.lane, inProxy]];
  return layout.cards ? [...start, [slot.lane, slot.y]] : [...start, [slot.lane, middle(slot)], [slot.x, middle(slot)]];
}

/** The points of a way from a node into Redis. */
export function nodeToRedis(layout, slot) {
  const end = [slot.lane, layout.redis.lane];
  return layout.cards
    ? [[slot.lane, slot.y + slot.height], end]
    : [[slot.x, middle(slot)], [slot.lane, middle(slot)], end];
}

const middle = (slot) => slot.y + slot.height / 2;
