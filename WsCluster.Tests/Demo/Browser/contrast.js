// Runs in the page. Answers what has too little contrast by WCAG 2.2 AA: text 4.5:1 (large text 3:1), the edge of a control 3:1.
() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });

  /** A CSS colour as [red, green, blue, alpha], 0 to 255 and 0 to 1. */
  const parse = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, ground) => [0, 1, 2].map((index) => top[index] * top[3] + ground[index] * (1 - top[3]));
  const luminance = (color) => color.slice(0, 3)
    .map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const ancestors = (element) => (element ? [element, ...ancestors(element.parentElement)] : []);
  const opacity = (element) => ancestors(element).reduce((product, each) => product * Number(getComputedStyle(each).opacity), 1);

  /** What is behind an element: its own ground and those of its ancestors; in the picture the box beside a text. */
  const ground = (element) => {
    const layers = ancestors(element).map((each) => {
      const box = each instanceof SVGElement ? each.querySelector(":scope > rect") : null;
      return parse(box ? getComputedStyle(box).fill : getComputedStyle(each).backgroundColor);
    });
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };

  const findings = [];
  const judge = (what, found, needed) => {
    if (found < needed) findings.push(`${what}: ${found.toFixed(2)}:1, needs ${needed}:1`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    if (!words || element.closest("title") || !element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const color = parse(element instanceof SVGElement ? style.fill : style.color);
    color[3] *= opacity(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    judge(`"${words}"`, ratio(over(color, ground(element)), ground(element)), large ? 3 : 4.5);
  }
  for (const control of document.querySelectorAll("button:enabled, input, select")) {
    const style = getComputedStyle(control);
    if (!control.checkVisibility() || style.borderTopStyle === "none") continue;
    const around = ground(control.parentElement);
    if (parseFloat(style.borderTopWidth) > 0) {
      judge(`edge of ${control.id || control.name || control.textContent}`, Math.max(ratio(parse(style.borderTopColor), around), ratio(ground(control), around)), 3);
    }
  }
  return findings;
}
