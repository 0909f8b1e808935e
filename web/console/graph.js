// Knowledge: finding entities, their facts with where they come from, what is near, and changing one fact.

import { get, may, upload } from "./api.js";
import { action, askFor, h, notice, s, show } from "./dom.js";
import { factValue, place } from "./parts.js";
import { T } from "./texts.js";

const W = T.graph;
const NEAR = 22;

export async function graphPage(main, wanted = "") {
  const results = h("ul", { class: "results" });
  const field = h("input", { type: "search", value: wanted, maxlength: 100, placeholder: W.search, "aria-label": W.search });
  let asked = 0;
  const find = async () => {
    const text = field.value.trim();
    const mine = ++asked;
    if (!text) return show(results);
    const found = await get(`/kg/search?q=${encodeURIComponent(text)}`);
    if (mine !== asked) return;
    show(results, found.length ? found.map((e) => h("li", {}, h("a", { href: to(e.id) }, e.name), h("span", { class: "chip" }, e.kind))) : h("li", { class: "quiet" }, W.none));
  };
  field.addEventListener("input", () => { clearTimeout(field.timer); field.timer = setTimeout(() => find().catch((e) => notice(e.message, true)), 200); });
  show(main, h("h1", {}, W.title), h("div", { class: "card" }, field, results));
  field.focus();
}

const to = (id) => `#/entity/${encodeURIComponent(id)}`;

export async function entityPage(main, id) {
  const found = await get(`/kg/entity?id=${encodeURIComponent(id)}`);
  show(main, h("div", { class: "title" }, h("h1", {}, found.name), found.classes.map((c) => h("a", { class: "chip", href: to(c.id) }, c.name)), h("span", { class: "quiet" }, id)),
    h("section", { class: "card" }, h("h2", {}, W.facts), facts(found.facts, true)),
    found.inherited.length ? h("section", { class: "card inherited" }, h("h2", {}, W.inherited), facts(found.inherited, false)) : null,
    h("section", { class: "card" }, h("h2", {}, W.neighbours), neighbourhood(found)));
}

function facts(list, own) {
  return h("div", { class: "scroll" }, h("table", { class: "list" }, h("tbody", {}, list.map((f) => {
    const more = h("tr", { hidden: true }, h("td", { colspan: 5 }));
    return [h("tr", {}, h("th", { scope: "row" }, f.predicate), h("td", {}, f.object_id ? h("a", { href: to(f.object_id) }, factValue(f)) : factValue(f), f.inherited_from ? h("span", { class: "chip" }, f.inherited_from) : null),
      h("td", { class: "quiet" }, `${f.source} ${f.article}`), h("td", { class: "quiet" }, place(f)),
      h("td", { class: "tools" }, action(W.history, () => history(f, more), { class: "plain tiny" }),
        own && may("kg:draft") && !f.object_id ? action(W.edit, () => change(f), { class: "plain tiny" }) : null)), more];
  }))));
}

async function history(fact, row) {
  if (!row.hidden) { row.hidden = true; return; }
  const found = await get(`/kg/history?id=${encodeURIComponent(fact.subject_id)}&predicate=${encodeURIComponent(fact.predicate)}`);
  show(row.firstChild, h("table", { class: "list" }, h("tbody", {}, found.map((f) => h("tr", {},
    h("td", {}, factValue(f)), h("td", {}, W.revisions(f.rev_from, f.rev_to)), h("td", {}, place(f)), h("td", {}, `${T.columns.editor} ${f.editor}`), h("td", {}, f.approver ? `${T.columns.approver} ${f.approver}` : ""))))));
  row.hidden = false;
}

// One changed fact is a file of one row under the name of the file that it came from.
async function change(fact) {
  const value = await askFor(`${fact.subject} · ${fact.predicate}：${fact.object}`, { label: W.value, confirm: W.edit });
  if (value === null) return;
  const cells = [fact.subject, fact.subject_id, fact.predicate, value, fact.qualifiers, fact.valid_from, fact.valid_to, fact.source, fact.article];
  const quoted = cells.map((c) => `"${c.replaceAll('"', '""')}"`).join(",");
  const content = `subject,subject_id,predicate,object,qualifiers,valid_from,valid_to,source,article\n${quoted}\n`;
  const made = await upload(`修改-${fact.predicate.replace(/[\\/.]/g, "")}.csv`, new Blob([content]), `${fact.subject} ${fact.predicate} 改为 ${value}`, false);
  notice(W.drafted);
  location.hash = `#/draft/${made.id}`;
}

function neighbourhood(found) {
  const near = new Map();
  for (const f of found.facts) if (f.object_id) near.set(f.object_id, { name: f.object, label: f.predicate, out: true });
  for (const f of found.pointing) if (!near.has(f.subject_id)) near.set(f.subject_id, { name: f.subject, label: f.predicate, out: false });
  const shown = [...near].slice(0, NEAR);
  const at = (i) => { const angle = (2 * Math.PI * i) / shown.length - Math.PI / 2; return [450 + 330 * Math.cos(angle), 260 + 200 * Math.sin(angle)]; };
  const short = (text) => (text.length > 10 ? `${text.slice(0, 9)}…` : text);
  return s("svg", { viewBox: "0 0 900 520", class: "near", role: "img", "aria-label": W.neighbours },
    shown.map(([, n], i) => { const [x, y] = at(i); return [s("line", { x1: 450, y1: 260, x2: x, y2: y, class: n.out ? "out" : "in" }), s("text", { x: (450 + x * 1.6) / 2.6, y: (260 + y * 1.6) / 2.6, class: "edge" }, short(n.label))]; }),
    shown.map(([id, n], i) => { const [x, y] = at(i); return s("a", { href: to(id) }, s("circle", { cx: x, cy: y, r: 9 }), s("text", { x, y: y + 26 }, short(n.name)), s("title", {}, n.name)); }),
    s("circle", { cx: 450, cy: 260, r: 13, class: "middle" }), s("text", { x: 450, y: 292, class: "middle" }, short(found.name)));
}
