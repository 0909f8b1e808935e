// Revisions, golden questions, gaps and the journal.

import { get, may, post, upload, watched } from "./api.js";
import { action, askFor, h, notice, show } from "./dom.js";
import { when } from "./drafts.js";
import { factsDiff, progressBar, story } from "./parts.js";
import { T } from "./texts.js";

export async function logPage(main) {
  const W = T.log;
  const { head, revisions } = await get("/kg/revisions?limit=50");
  show(main, h("h1", {}, W.title), revisions.length ? null : h("p", { class: "quiet" }, W.empty), revisions.map((r) => {
    const changes = h("div");
    return h("article", { class: "card revision", "data-number": r.number },
      h("h3", {}, `第 ${r.number} 版　${r.message}`, r.number === head ? h("span", { class: "chip published" }, W.head) : null,
        r.urgent ? h("span", { class: "chip danger" }, `${W.urgent}：${r.urgent}`) : null,
        r.restores !== null ? h("span", { class: "chip" }, W.restores(r.restores)) : null),
      h("p", { class: "quiet" }, `${W.author} ${r.author}${r.approver ? `　${W.approver} ${r.approver}` : ""}　${when(r.time)}　+${r.added} −${r.closed}　${W.facts(r.facts)}`),
      r.checks ? h("p", { class: "quiet" }, r.checks) : null,
      r.story.length ? h("details", {}, h("summary", {}, T.draft.story), story(r.story)) : null,
      h("div", { class: "row" },
        action(W.show, async () => show(changes, factsDiff((await get(`/kg/revisions/${r.number}`)).changes))),
        may("kg:approve") && r.number !== head ? action(W.rollback, async () => {
          const text = await askFor(W.rollbackAsk(r.number), { label: W.rollback, confirm: W.rollback });
          if (text === null) return;
          const bar = progressBar(W.rollback);
          show(changes, bar.box);
          const made = await watched(() => post("/kg/rollback", { revision: r.number, text }), bar.tell).finally(() => bar.box.remove());
          notice(W.rolled(made.number));
          await logPage(main);
        }) : null), changes);
  }));
}

export async function goldenPage(main) {
  const W = T.golden;
  const found = await get("/kg/golden");
  const question = h("input", { maxlength: 500, placeholder: W.question, "aria-label": W.question });
  const note = h("input", { maxlength: 500, placeholder: W.note, "aria-label": W.note });
  show(main, h("h1", {}, W.title), h("p", { class: "quiet" }, W.hint),
    may("golden:edit") ? h("div", { class: "row card" }, question, note, action(W.add, async () => {
      if (!question.value.trim()) return;
      await post("/kg/golden", { question: question.value.trim(), note: note.value.trim() });
      await goldenPage(main);
    }, { class: "main" })) : null,
    h("section", { class: "card" }, h("table", { class: "list" }, h("tbody", {}, found.map((g) => h("tr", {},
      h("td", {}, g.question), h("td", { class: "quiet" }, g.note),
      h("td", {}, may("golden:edit") ? action(W.remove, async () => { await post("/kg/golden/remove", { question: g.question }); await goldenPage(main); }, { class: "plain tiny" }) : null)))))),
    may("turns:read") ? fromChat(main) : null);
}

// What customers asked lately, answered or not: one click makes it a golden question.
function fromChat(main) {
  const W = T.golden;
  const rows = h("tbody");
  const field = h("input", { type: "search", maxlength: 100, placeholder: W.find, "aria-label": W.find });
  const find = async () => show(rows, asked(await get(`/kg/asked?q=${encodeURIComponent(field.value.trim())}`), () => goldenPage(main)));
  field.addEventListener("change", () => find().catch((error) => notice(error.message, true)));
  find().catch((error) => notice(error.message, true));
  return h("section", { class: "card asked" }, h("h2", {}, W.fromChat), field, h("table", { class: "list" }, rows));
}

// Questions with how often they were asked; `then` follows when one was made golden.
export function asked(found, then) {
  return found.map((a) => h("tr", {}, h("td", {}, a.question), h("td", { class: "quiet" }, T.gaps.times(a.conversations)),
    h("td", {}, a.golden ? h("span", { class: "chip published" }, T.golden.already) : may("golden:edit") ? addGolden(a.question, a.intent, then) : null)));
}

function addGolden(question, intent, then = () => {}) {
  return action(T.draft.addGolden, async () => {
    await post("/kg/golden", { question, intent });
    notice(T.golden.added);
    await then();
  }, { class: "plain tiny" });
}

export async function gapsPage(main) {
  const W = T.gaps;
  const found = await get("/kg/gaps");
  show(main, h("h1", {}, W.title), h("p", { class: "quiet" }, W.hint),
    found.unanswered.length ? null : h("p", { class: "quiet card" }, W.none),
    found.unanswered.map((gap) => {
      const rows = h("textarea", { rows: gap.drafted.split("\n").length + 1, spellcheck: "false", "aria-label": W.draft, value: gap.drafted });
      return h("article", { class: "card" }, h("h3", {}, gap.questions[0], h("span", { class: "chip editing" }, W.missing(gap.kind)), h("span", { class: "chip" }, W.times(gap.conversations))),
        gap.questions.length > 1 ? h("p", { class: "quiet" }, gap.questions.slice(1).join("；")) : null,
        may("kg:draft") ? h("details", {}, h("summary", {}, W.draft), rows, action(W.draft, async () => {
          const made = await upload("补充.csv", new Blob([rows.value]), gap.questions[0], false);
          location.hash = `#/draft/${made.id}`;
        }, { class: "main" })) : null);
    }),
    h("h2", {}, W.disliked), found.disliked.length ? found.disliked.map((d) => h("article", { class: "card disliked" },
      h("h3", {}, d.question, may("golden:edit") ? addGolden(d.question, d.intent) : null), d.reason ? h("p", { class: "warn" }, d.reason) : null,
      h("div", { class: "sides" }, h("div", { class: "old" }, h("b", {}, W.reply), h("p", { class: "said" }, d.reply)),
        h("div", { class: "new" }, h("b", {}, W.facts), d.facts.length ? d.facts.map((f) => h("p", { class: "said" }, f)) : h("p", { class: "quiet" }, W.none))))) : h("p", { class: "quiet" }, W.none));
}

export async function journalPage(main) {
  const found = await get("/kg/journal?limit=200");
  show(main, h("h1", {}, T.journal.title), h("section", { class: "card" }, found.length ? story(found) : h("p", { class: "quiet" }, T.journal.none)));
}
