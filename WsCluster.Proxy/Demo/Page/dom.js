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

/** Runs a function once before the next paint, however often it was asked to. */
export function oncePerFrame(action) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      action();
    });
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
