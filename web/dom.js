// Building DOM without markup strings: what a server or a customer wrote is only ever text.

const SVG = "http://www.w3.org/2000/svg";

// Paths on a 24×24 grid, drawn as strokes.
const ICONS = {
  close: ["M6 6l12 12", "M18 6L6 18"],
  send: ["M4 12l16-8-5.5 16-3-6.5z", "M11.5 13.5L20 4"],
  fresh: ["M12 5v14", "M5 12h14"],
  up: ["M7 11v9H4v-9z", "M7 11l4-7c1.5 0 2.3 1 2 2.6L12.5 9.5H18c1.3 0 2.2 1.2 1.9 2.4l-1.5 6.3c-.2 1-1 1.8-2.1 1.8H7"],
  down: ["M17 13V4h3v9z", "M17 13l-4 7c-1.5 0-2.3-1-2-2.6l.5-2.9H6c-1.3 0-2.2-1.2-1.9-2.4l1.5-6.3C5.8 4.8 6.6 4 7.7 4H17"],
  chat: ["M4 5h16v11H10l-5 4v-4H4z", "M8 9.5h8", "M8 12.5h5"],
  arrow: ["M12 5v14", "M6 13l6 6 6-6"],
};

/** An element; attributes by name, `on…` are listeners, null and false leave an attribute out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A decorative drawing; whoever uses it says in words what it means. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** The spruce of the demo bank. */
export function mark() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "mark");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M12 2l4.5 6H14l4 5h-3l4.5 5.5H13V22h-2v-3.5H4.5L9 13H6l4-5H7.5z");
  svg.append(path);
  return svg;
}
