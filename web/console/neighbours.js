// What is near an entity, as a graph to explore: a click unfolds a thing's own neighbours, dragging moves it.

import { get } from "./api.js";
import { notice, s } from "./dom.js";
import { T } from "./texts.js";

const WIDTH = 900, HEIGHT = 560;
const FIRST = 22, MORE = 10, MOST = 90;
const STEPS = 160;

const to = (id) => `#/entity/${encodeURIComponent(id)}`;
const short = (text) => (text.length > 10 ? `${text.slice(0, 9)}…` : text);

export function neighbourhood(found) {
  const nodes = new Map(), edges = new Map();
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "near", role: "group", "aria-label": T.graph.neighbours });
  const page = { nodes, edges, svg, dragged: null, steps: 0 };
  const middle = { id: found.id, name: found.name, x: WIDTH / 2, y: HEIGHT / 2, unfolded: true, middle: true };
  nodes.set(found.id, middle);
  unfold(page, middle, found, FIRST);
  draw(page);
  settle(page);
  return svg;
}

function unfold(page, from, found, limit) {
  const near = [
    ...found.facts.filter((f) => f.object_id).map((f) => ({ id: f.object_id, name: f.object, label: f.predicate, out: true })),
    ...found.pointing.map((f) => ({ id: f.subject_id, name: f.subject, label: f.predicate, out: false })),
  ];
  let fresh = 0;
  for (const n of near) {
    if (!page.nodes.has(n.id)) {
      if (fresh >= limit || page.nodes.size >= MOST) continue;
      const angle = 2.4 * fresh++;
      page.nodes.set(n.id, { id: n.id, name: n.name, x: from.x + 90 * Math.cos(angle), y: from.y + 90 * Math.sin(angle) });
    }
    const [a, b] = n.out ? [from.id, n.id] : [n.id, from.id];
    if (a !== b) page.edges.set(`${a} ${n.label} ${b}`, { a, b, label: n.label });
  }
}

// Springs along the edges, a push between all things, a pull to the middle.
function settle(page) {
  page.steps = STEPS;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    while (page.steps-- > 0) step(page);
    place(page);
    return;
  }
  const tick = () => {
    if (!page.svg.isConnected && page.steps < STEPS - 5) return;
    for (let i = 0; i < 3 && page.steps-- > 0; i += 1) step(page);
    place(page);
    if (page.steps > 0) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

function step({ nodes, edges, dragged, steps }) {
  const all = [...nodes.values()], heat = 0.2 + steps / STEPS;
  for (const n of all) { n.dx = (WIDTH / 2 - n.x) * 0.004; n.dy = (HEIGHT / 2 - n.y) * 0.008; }
  for (let i = 0; i < all.length; i += 1) for (let j = i + 1; j < all.length; j += 1) {
    const a = all[i], b = all[j], x = a.x - b.x || 0.1, y = a.y - b.y || 0.1, push = 5200 / (x * x + y * y + 60);
    const far = Math.hypot(x, y);
    a.dx += (x / far) * push; a.dy += (y / far) * push; b.dx -= (x / far) * push; b.dy -= (y / far) * push;
  }
  for (const { a, b } of edges.values()) {
    const from = nodes.get(a), end = nodes.get(b), x = end.x - from.x, y = end.y - from.y, far = Math.hypot(x, y) || 1, pull = (far - 120) * 0.03;
    from.dx += (x / far) * pull; from.dy += (y / far) * pull; end.dx -= (x / far) * pull; end.dy -= (y / far) * pull;
  }
  for (const n of all) {
    if (n === dragged || n.middle) continue;
    n.x = Math.min(WIDTH - 50, Math.max(50, n.x + n.dx * heat));
    n.y = Math.min(HEIGHT - 36, Math.max(20, n.y + n.dy * heat));
  }
}

function draw(page) {
  for (const e of page.edges.values()) {
    e.line = s("line");
    e.text = s("text", { class: "edge" }, short(e.label));
  }
  for (const n of page.nodes.values()) n.shape = thing(page, n);
  page.svg.replaceChildren(...[...page.edges.values()].flatMap((e) => [e.line, e.text]), ...[...page.nodes.values()].map((n) => n.shape));
  place(page);
}

function thing(page, n) {
  const shape = s("g", { class: `thing${n.middle ? " middle" : ""}${n.unfolded ? " unfolded" : ""}`, tabindex: 0, role: "button", "aria-label": n.name },
    s("circle", { r: n.middle ? 13 : 9 }), n.middle ? s("text", { y: 32 }, short(n.name)) : s("a", { href: to(n.id) }, s("text", { y: 26 }, short(n.name))), s("title", {}, n.name));
  const open = () => expand(page, n).catch((error) => notice(error.message, true));
  shape.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === shape) open(); });
  shape.addEventListener("pointerdown", (event) => grab(page, n, event, open));
  return shape;
}

function grab(page, n, event, open) {
  if (event.target.closest("a")) return;
  event.preventDefault();
  const start = [event.clientX, event.clientY];
  let moved = false;
  const move = (e) => {
    moved ||= Math.hypot(e.clientX - start[0], e.clientY - start[1]) > 4;
    if (!moved) return;
    const point = new DOMPoint(e.clientX, e.clientY).matrixTransform(page.svg.getScreenCTM().inverse());
    [n.x, n.y, page.dragged] = [point.x, point.y, n];
    place(page);
  };
  const drop = () => {
    removeEventListener("pointermove", move);
    page.dragged = null;
    if (!moved) open();
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", drop, { once: true });
}

async function expand(page, n) {
  if (n.unfolded) return;
  const found = await get(`/kg/entity?id=${encodeURIComponent(n.id)}`);
  n.unfolded = true;
  unfold(page, n, found, MORE);
  draw(page);
  settle(page);
}

function place({ nodes, edges }) {
  for (const { a, b, line, text } of edges.values()) {
    const from = nodes.get(a), end = nodes.get(b);
    for (const [name, value] of [["x1", from.x], ["y1", from.y], ["x2", end.x], ["y2", end.y]]) line.setAttribute(name, value);
    text.setAttribute("x", (from.x + end.x) / 2);
    text.setAttribute("y", (from.y + end.y) / 2 - 3);
  }
  for (const n of nodes.values()) n.shape.setAttribute("transform", `translate(${n.x} ${n.y})`);
}
