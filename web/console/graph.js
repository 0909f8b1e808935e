// Knowledge: finding entities, their facts with where they come from, what is near, and changing one fact.

import { get, may, post, upload } from "./api.js";
import { action, askFor, h, notice, show } from "./dom.js";
import { asked } from "./lists.js";
import { neighbourhood } from "./neighbours.js";
import { factValue, place } from "./parts.js";
import { T } from "./texts.js";

const W = T.graph;

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
  const about = encodeURIComponent(id);
  const [found, questions] = await Promise.all([get(`/kg/entity?id=${about}`), may("turns:read") ? get(`/kg/asked?about=${about}`) : []]);
  show(main, h("div", { class: "title" }, h("h1", {}, found.name), found.classes.map((c) => h("a", { class: "chip", href: to(c.id) }, c.name)), h("span", { class: "quiet" }, id), may("kg:draft") ? changes(found) : null),
    h("section", { class: "card" }, h("h2", {}, W.facts), facts(found.facts, true)),
    found.inherited.length ? h("section", { class: "card inherited" }, h("h2", {}, W.inherited), facts(found.inherited, false)) : null,
    may("turns:read") ? h("section", { class: "card asked" }, h("h2", {}, W.asked),
      questions.length ? h("table", { class: "list" }, h("tbody", {}, asked(questions, () => entityPage(main, id)))) : h("p", { class: "quiet" }, W.unasked)) : null,
    h("section", { class: "card" }, h("h2", {}, W.neighbours), h("p", { class: "quiet" }, W.explore), neighbourhood(found)));
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

// Renaming and withdrawal: drafts like every other change.
function changes(found) {
  const gone = found.facts.some((f) => f.predicate === "销售状态" && f.object === "已停售");
  const draft = async (path, body) => {
    const made = await post(`/kg/entity/${path}`, { id: found.id, ...body });
    notice(W.drafted);
    location.hash = `#/draft/${made.id}`;
  };
  return h("span", { class: "tools" },
    action(W.rename, async () => {
      const name = await askFor(found.name, { label: W.newName, confirm: W.rename });
      if (name !== null) await draft("rename", { name });
    }, { class: "plain tiny" }),
    action(gone ? W.back : W.withdraw, async () => {
      const text = await askFor(gone ? W.backAsk(found.name) : W.withdrawAsk(found.name), { label: W.reason, confirm: gone ? W.back : W.withdraw });
      if (text !== null) await draft("withdraw", { text, back: gone });
    }, { class: "plain tiny" }));
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
