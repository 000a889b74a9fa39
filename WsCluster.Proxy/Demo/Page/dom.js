const svgNamespace = "http://www.w3.org/2000/svg";

/** An HTML element. Attributes that are functions are listeners (`click`), `true` sets an empty attribute, null and false none. */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, name), attributes, children);
}

/** Sets a text only where it changed, so that a screen reader and the layout have nothing to do. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A function that runs the action once before a paint, however often it was asked to, and not more often than every `ms`. */
export function oncePerFrame(action, ms = 0) {
  let asked = false;
  let last = 0;
  return () => {
    if (asked) return;
    asked = true;
    setTimeout(() => requestAnimationFrame(() => {
      asked = false;
      last = performance.now();
      action();
    }), Math.max(0, last + ms - performance.now()));
  };
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== null && value !== false && value !== undefined) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
