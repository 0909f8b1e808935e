// Small plots as SVG: bars in one or two series, a line, shares. Each has its figures as text for who cannot see it.

import { h, s } from "./dom.js";

const W = 420, H = 170, LEFT = 34, BOTTOM = 22, TOP = 14;

/** @param points [{label, values: [first, second?]}]; null values are gaps */
export function bars(title, points, { names = [], percent = false } = {}) {
  const most = Math.max(1e-9, ...points.flatMap((p) => p.values).filter((v) => v !== null));
  const step = (W - LEFT) / Math.max(1, points.length);
  const width = Math.max(1, (step * 0.7) / Math.max(1, points[0]?.values.length ?? 1));
  const marks = points.flatMap((p, at) => p.values.map((value, n) => value === null ? null :
    s("rect", { class: n ? "bar second" : "bar", x: LEFT + at * step + step * 0.15 + n * width, width, y: y(value, most), height: Math.max(0, H - BOTTOM - y(value, most)) },
      s("title", {}, `${p.label} ${names[n] ?? ""} ${shown(value, percent)}`))));
  return plot(title, [...axis(most, percent), ...labels(points, step), ...marks], points, names, percent);
}

export function line(title, points, { percent = false, most = null } = {}) {
  const known = points.map((p) => p.values[0]).filter((v) => v !== null);
  const top = most ?? Math.max(1e-9, ...known);
  const step = (W - LEFT) / Math.max(1, points.length);
  const places = points.map((p, at) => p.values[0] === null ? null : [LEFT + (at + 0.5) * step, y(p.values[0], top)]);
  const runs = places.reduce((all, place) => { if (place) all.at(-1).push(place); else all.push([]); return all; }, [[]]).filter((run) => run.length);
  return plot(title, [...axis(top, percent), ...labels(points, step),
    ...runs.map((run) => s("polyline", { class: "line", points: run.map((p) => p.join(",")).join(" ") })),
    ...points.map((p, at) => places[at] && s("circle", { class: "dot", cx: places[at][0], cy: places[at][1], r: 3 }, s("title", {}, `${p.label} ${shown(p.values[0], percent)}`)))], points, [], percent);
}

/** @param rows [[label, number]] as bars that lie, the longest first */
export function shares(title, rows) {
  const sorted = [...rows].sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...sorted.map(([, n]) => n));
  const sum = sorted.reduce((all, [, n]) => all + n, 0) || 1;
  const height = Math.max(40, sorted.length * 26 + 8);
  const marks = sorted.flatMap(([label, n], at) => [
    s("text", { x: 108, y: at * 26 + 20, "text-anchor": "end", class: "value" }, label),
    s("rect", { class: "bar", x: 116, y: at * 26 + 7, height: 18, width: Math.max(1, (n / most) * 220) }),
    s("text", { x: 122 + (n / most) * 220, y: at * 26 + 20 }, `${n}（${Math.round((n / sum) * 100)}%）`)]);
  return frame(title, s("svg", { viewBox: `0 0 ${W} ${height}`, role: "img", "aria-label": `${title}：${sorted.map(([l, n]) => `${l} ${n}`).join("，")}` }, marks));
}

function plot(title, marks, points, names, percent) {
  const told = points.filter((p) => p.values.some((v) => v)).map((p) => `${p.label} ${p.values.map((v) => shown(v, percent)).join("/")}`).join("，");
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `${title}：${told}` }, marks);
  return frame(title, svg, names.length > 1 ? h("p", { class: "legend" }, names.map((name, n) => h("span", { class: n ? "second" : "" }, h("i"), name))) : null);
}

const frame = (title, svg, legend = null) => h("figure", { class: "plot card" }, h("h2", {}, title), legend, svg);
const y = (value, most) => TOP + (1 - value / most) * (H - BOTTOM - TOP);
const shown = (value, percent) => (value === null ? "—" : percent ? `${Math.round(value * 100)}%` : Number.isInteger(value) ? String(value) : value.toFixed(1));

function axis(most, percent) {
  return [0, 0.5, 1].flatMap((part) => [
    s("line", { class: "axis", x1: LEFT, x2: W, y1: y(part * most, most), y2: y(part * most, most) }),
    s("text", { x: LEFT - 4, y: y(part * most, most) + 4, "text-anchor": "end" }, most < 1e-6 ? "" : shown(part * most, percent))]);
}

function labels(points, step) {
  const every = Math.ceil(points.length / 8);
  return points.map((p, at) => at % every ? null : s("text", { x: LEFT + (at + 0.5) * step, y: H - 6, "text-anchor": "middle" }, p.label));
}
