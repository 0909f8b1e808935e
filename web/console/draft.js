// One draft: its checks with cells to correct, the answers and facts it changes, trying it out, and its way.

import { get, may, me, post, remove, watched } from "./api.js";
import { action, askFor, h, notice, show } from "./dom.js";
import { chip, when } from "./drafts.js";
import { factsDiff, progressBar, story } from "./parts.js";
import { grid } from "./grid.js";
import { T } from "./texts.js";

const W = T.draft;

export async function draftPage(main, id) {
  const page = { id, main, weighed: 0, show: (draft) => shown(page, draft) };
  await page.show(await get(`/kg/drafts/${id}`));
}

// A draft without errors is weighed at once, each version of it once.
async function shown(page, draft) {
  await render(page, draft);
  const can = isOpen(draft) && !draft.findings.errors && !draft.findings.impact && draft.facts;
  if (!can || page.weighed === draft.version) return;
  page.weighed = draft.version;
  await weigh(page);
}

const isOpen = (draft) => draft.state === "editing" || draft.state === "waiting";

async function render(page, draft) {
  const cells = isOpen(draft) ? await grid(draft, page.show) : null;
  show(page.main,
    h("div", { class: "title" }, h("h1", {}, draft.message || draft.files.join("、") || draft.id), chip(draft.state),
      h("span", { class: "quiet" }, `${draft.author}　${when(draft.created)}　${draft.files.join("、")}`)),
    isOpen(draft) && draft.base !== draft.head ? h("p", { class: "card warn" }, W.stale(draft.base, draft.head)) : null,
    steps(page, draft),
    cells,
    answers(page, draft),
    h("section", { class: "card" }, h("h2", {}, W.facts), factsDiff(draft.changes)),
    isOpen(draft) && !draft.findings.errors ? tryIt(draft) : null,
    h("section", { class: "card" }, h("h2", {}, W.story), story(draft.story), remark(page)));
}

function steps(page, draft) {
  if (!isOpen(draft)) return draft.revision ? h("p", { class: "card good" }, W.published(draft.revision)) : null;
  const step = (path, body) => post(`/kg/drafts/${draft.id}/${path}`, { version: draft.version, ...body });
  const stale = draft.base !== draft.head;
  const buttons = [];
  if (may("kg:draft") && stale) buttons.push(action(W.rebase, async () => page.show(await step("rebase")), { class: "main" }));
  if (may("kg:draft") && draft.state === "editing" && !draft.findings.errors && draft.facts && !stale) {
    buttons.push(action(W.submit, async () => {
      const text = draft.message ? "" : await askFor(W.submit, { label: W.submitAsk, confirm: W.submit });
      if (text !== null) await page.show(await step("submit", { text }));
    }, { class: "main" }));
  }
  if (may("kg:approve") && draft.state === "waiting" && !stale) buttons.push(...approval(page, draft, step));
  if (may("kg:draft")) {
    buttons.push(action(W.drop, async () => {
      if (await askFor(W.dropAsk, { confirm: W.drop }) === null) return;
      await remove(`/kg/drafts/${draft.id}`);
      location.hash = "#/drafts";
    }, { class: "plain" }));
  }
  return buttons.length ? h("div", { class: "row card steps" }, buttons) : null;
}

// The button works once the approver has said that the checks and changes below were read.
function approval(page, draft, step) {
  const publish = (urgent) => async () => {
    const words = urgent ? await askFor(W.urgent, { label: W.urgentAsk, confirm: W.urgent }) : await askFor(W.publishAsk, { confirm: W.publish });
    if (words === null) return;
    const bar = progressBar(W.publishing);
    page.main.querySelector(".steps").append(bar.box);
    const made = await watched(() => step("publish", { urgent: words }), bar.tell).finally(() => bar.box.remove());
    notice(W.published(made.published.number));
    await page.show(made);
  };
  const own = draft.approval && draft.story.some((e) => e.actor === me.name && ["drafted", "edited", "rebased"].includes(e.act));
  const go = own ? action(W.urgent, publish(true), { class: "danger" }) : action(W.publish, publish(false), { class: "main" });
  go.disabled = true;
  const seen = h("input", { type: "checkbox", onchange: () => { go.disabled = !seen.checked || !draft.findings.impact; } });
  return [h("label", { class: "check" }, seen, W.seen), go,
    action(W.sendBack, async () => {
      const text = await askFor(W.sendBack, { label: W.reason, confirm: W.sendBack });
      if (text !== null) await page.show(await step("return", { text }));
    })];
}

async function weigh(page) {
  const box = page.main.querySelector(".answers .body");
  const bar = progressBar(W.weighing);
  if (box) show(box, bar.box);
  try {
    await page.show(await watched(() => post(`/kg/drafts/${page.id}/weigh`), bar.tell));
  } catch (error) {
    if (box) show(box, h("p", { class: "wrong" }, error.message), action(W.weigh, () => weigh(page)));
  }
}

function answers(page, draft) {
  const found = draft.findings.impact;
  const body = h("div", { class: "body" });
  if (!found) show(body, h("p", { class: "quiet" }, W.notWeighed));
  else {
    show(body, found.fault ? h("p", { class: "wrong" }, found.fault) : null,
      h("p", {}, W.weighed(found.questions, found.changes.length, found.turns)),
      found.changes.length ? found.changes.map(answer) : h("p", { class: "quiet" }, W.noAnswers));
  }
  const can = isOpen(draft) && !draft.findings.errors && draft.facts;
  return h("section", { class: "card answers" }, h("h2", {}, W.answers, can && !found ? action(W.weigh, () => weigh(page)) : null), body);
}

function answer(change) {
  return h("article", { class: `answer ${change.shift}` },
    h("h3", {}, change.question, h("span", { class: "chip" }, T.shift[change.shift]), h("span", { class: "quiet" }, W.asked(change.asked))),
    h("div", { class: "sides" },
      h("div", { class: "old" }, h("b", {}, W.old), said(change.old, change.new)),
      h("div", { class: "new" }, h("b", {}, W.new), said(change.new, change.old))));
}

// An answer line by line, those that the other answer does not have marked.
function said(text, other) {
  const known = new Set(other.split("\n"));
  return h("p", { class: "said" }, text.split("\n").map((line, n) => [n ? "\n" : "", known.has(line) ? line : h("mark", {}, line)]));
}

function tryIt(draft) {
  const text = h("input", { maxlength: 500, placeholder: W.tryHint, "aria-label": W.tryIt });
  const out = h("div", { class: "sides", role: "status" });
  const ask = action(W.ask, async () => {
    if (!text.value.trim()) return;
    const found = await post(`/kg/drafts/${draft.id}/try`, { text: text.value.trim() });
    show(out, found.now ? h("div", { class: "old" }, h("b", {}, W.old), h("p", { class: "said" }, found.now.text)) : null,
      h("div", { class: "new" }, h("b", {}, W.new), h("p", { class: "said" }, found.then.text)),
      may("golden:edit") ? action(W.addGolden, async () => { await post("/kg/golden", { question: text.value.trim() }); notice(W.addGolden); }, { class: "plain" }) : null);
  }, { class: "main" });
  text.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) ask.click(); });
  return h("section", { class: "card" }, h("h2", {}, W.tryIt), h("div", { class: "row" }, text, ask), out);
}

function remark(page) {
  const text = h("input", { maxlength: 2000, placeholder: W.say, "aria-label": W.comment });
  return h("div", { class: "row" }, text, action(W.send, async () => {
    if (text.value.trim()) await page.show(await post(`/kg/drafts/${page.id}/comments`, { text: text.value.trim() }));
  }));
}
