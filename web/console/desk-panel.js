// Beside the conversation: what was asked before, the customer's card, suggested answers, the past, notes, the story.

import { get, post } from "./api.js";
import { D } from "./desk-texts.js";
import { action, h, notice, show } from "./dom.js";
import { when } from "./drafts.js";

export function panel(found, { fill }) {
  const at = `/desk/handoffs/${found.id}`;
  const body = h("div", { class: "panel-body", role: "tabpanel" });
  const pages = { summary, card, suggestion, past, notes, story };
  const tabs = Object.keys(pages).map((name) => h("button", { type: "button", role: "tab", "aria-selected": "false", "data-tab": name, onclick: () => turn(name) }, D.tabs[name]));
  const element = h("aside", { class: "panel", "aria-label": D.tabs.summary }, h("div", { class: "tabs", role: "tablist" }, tabs), body);
  const question = h("input", { "aria-label": D.suggest, placeholder: D.suggestHint, maxlength: 500 });
  const answers = h("div");

  function turn(name) {
    for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
    Promise.resolve(pages[name]()).catch((error) => notice(error.message, true));
  }

  function summary() {
    show(body, found.summary.length ? found.summary.map((s) => h("article", { class: "asked-before" },
      h("p", {}, h("b", {}, s.asked), h("span", { class: `chip outcome-${s.outcome}` }, D.outcome[s.outcome] ?? s.outcome)),
      s.understood ? h("p", { class: "quiet" }, `${D.understood} ${s.understood}`) : null,
      s.answer ? h("p", { class: "words" }, s.answer) : null,
      s.facts.length ? h("ul", { class: "facts quiet" }, s.facts.map((f) => h("li", {}, f))) : null)) : h("p", { class: "quiet" }, D.noSummary));
  }

  async function card() {
    if (!found.customer_id) return show(body, h("p", { class: "quiet" }, D.noCard));
    const customer = await get(`/customers/${encodeURIComponent(found.customer_id)}`);
    show(body, found.offers.length ? h("p", { class: "warn finding" }, `${D.muted}：${found.offers.join("；")}`) : null,
      Object.entries(customer.groups).map(([group, label]) => [h("h3", {}, label), h("dl", {}, customer.entries.filter((e) => e.group === group).map((e) =>
        [h("dt", {}, e.label), h("dd", {}, e.value, h("small", { class: "quiet" }, ` ${e.source} ${when(e.as_of).split(" ")[0]}`))]))]));
  }

  function suggestion() {
    show(body, h("div", { class: "row" }, question, action(D.suggest, suggest, { class: "main" })), answers);
    if (!answers.childElementCount) show(answers, h("p", { class: "quiet" }, D.noSuggestion));
  }

  async function suggest() {
    const made = await post(`${at}/suggestion`, { text: question.value.trim() });
    answers.querySelector("p.quiet")?.remove();
    answers.prepend(h("article", { class: "suggested" },
      h("p", { class: "quiet" }, `${D.asked}：${made.asked}`, h("span", { class: `chip outcome-${made.outcome}` }, D.outcome[made.outcome] ?? made.outcome)),
      h("p", { class: "words" }, made.text),
      made.sources.length ? h("p", { class: "quiet" }, `${D.sources}：${made.sources.map((s) => `${s.document} ${s.article}`.trim()).join("；")}`) : null,
      h("button", { type: "button", class: "tiny", onclick: () => fill(made.text) }, D.useIt)));
  }

  async function past() {
    const words = h("input", { type: "search", "aria-label": D.searchPast, placeholder: D.searchPast, maxlength: 100 });
    const list = h("div");
    const look = async () => {
      const hits = await get(`${at}/past?q=${encodeURIComponent(words.value.trim())}`);
      show(list, hits.length ? hits.map((p) => h("article", { class: "asked-before" }, h("p", { class: "quiet" }, `${when(p.at)} ${D.channel[p.channel] ?? p.channel}`),
        h("p", {}, h("b", {}, p.text)), h("p", { class: "words" }, p.reply))) : h("p", { class: "quiet" }, D.noPast));
    };
    words.addEventListener("change", () => look().catch((error) => notice(error.message, true)));
    show(body, words, list);
    await look();
    words.focus();
  }

  function notes() {
    const text = h("textarea", { rows: 3, maxlength: 2000, "aria-label": D.addNote, placeholder: D.addNote });
    show(body, text, action(D.saveNote, async () => {
      if (!text.value.trim()) return;
      found.notes = await post(`${at}/notes`, { text: text.value });
      notes();
    }, { class: "main" }), found.notes.length ? [...found.notes].reverse().map((n) => h("article", { class: "asked-before" },
      h("p", { class: "quiet" }, `${n.author} ${when(n.at)}`), h("p", { class: "words" }, n.text))) : h("p", { class: "quiet" }, D.noNotes));
  }

  async function story() {
    const latest = await get(at);
    show(body, h("ol", { class: "story" }, latest.story.map((e) => h("li", {}, h("time", {}, when(e.at)), h("b", {}, e.actor), D.kind[e.kind] ?? e.kind,
      h("span", { class: "quiet" }, [D.state[e.state], ...Object.values(e.detail).filter(Boolean)].join("　"))))));
  }

  turn("summary");
  return { element, suggest: () => { turn("suggestion"); suggest().catch((error) => notice(error.message, true)); } };
}
