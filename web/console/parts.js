// What several pages show: facts before and after, and the story of a draft or revision.

import { h } from "./dom.js";
import { when } from "./drafts.js";
import { T } from "./texts.js";

const W = T.draft;

export function factsDiff(changes) {
  const n = changes.counts;
  const rows = [
    ...changes.changed.map((p) => pair(p, W.changed, "changed")),
    ...changes.ended.map((p) => pair(p, W.ended, "changed")),
    ...changes.added.map((f) => single(f, W.added, "added")),
    ...changes.removed.map((f) => single(f, W.removed, "removed")),
  ];
  const names = [["created", W.created], ["renamed", W.renamed], ["withdrawn", W.withdrawn], ["predicates", W.predicates]]
    .filter(([key]) => changes[key].length).map(([key, label]) => h("p", { class: "quiet" }, `${label}：${changes[key].slice(0, 30).join("、")}${changes[key].length > 30 ? "……" : ""}`));
  if (!rows.length) return [h("p", { class: "quiet" }, W.none), names];
  return [h("p", {}, `${W.added} ${n.added}　${W.changed} ${n.changed}　${W.ended} ${n.ended}　${W.removed} ${n.removed}`), names,
    h("div", { class: "scroll" }, h("table", { class: "list diff" }, h("thead", {}, h("tr", {}, ["", T.columns.subject, T.columns.predicate, W.old, W.new, T.columns.source, T.columns.place].map((t) => h("th", {}, t)))),
      h("tbody", {}, rows.slice(0, 300)))), rows.length > 300 ? h("p", { class: "quiet" }, W.more) : null];
}

const value = (f) => `${f.object}${f.qualifiers ? `（${f.qualifiers}）` : ""}${f.valid_from || f.valid_to ? ` [${f.valid_from}…${f.valid_to}]` : ""}`;
export const factValue = value;
export const place = (f) => (f.file ? `${f.file}:${f.line}` : "");
const who = (f) => h("a", { href: `#/entity/${encodeURIComponent(f.subject_id)}` }, f.subject);

function pair({ old, new: now }, label, kind) {
  return h("tr", { class: kind }, h("td", {}, h("span", { class: "chip" }, label)), h("td", {}, who(now)), h("td", {}, now.predicate),
    h("td", {}, h("del", {}, value(old))), h("td", {}, h("ins", {}, value(now))), h("td", { class: "quiet" }, `${now.source} ${now.article}`), h("td", { class: "quiet" }, place(now)));
}

function single(f, label, kind) {
  const gone = kind === "removed";
  return h("tr", { class: kind }, h("td", {}, h("span", { class: "chip" }, label)), h("td", {}, who(f)), h("td", {}, f.predicate),
    h("td", {}, gone ? h("del", {}, value(f)) : ""), h("td", {}, gone ? "" : h("ins", {}, value(f))), h("td", { class: "quiet" }, `${f.source} ${f.article}`), h("td", { class: "quiet" }, place(f)));
}

export function story(entries) {
  return h("ol", { class: "story" }, entries.map((e) => h("li", {}, h("time", {}, when(e.at)), h("b", {}, e.actor), T.act[e.act] ?? e.act, h("span", { class: "quiet" }, told(e)))));
}

function told({ detail, revision }) {
  const parts = [];
  if (detail.files) parts.push(detail.files.join("、"));
  if (detail.file) parts.push(`${detail.file} ${(detail.places ?? []).slice(0, 5).map((line) => `第 ${line} 行`).join("、")}`);
  if (detail.errors !== undefined) parts.push(detail.errors ? `${detail.errors} 处错误` : "无错误");
  for (const key of ["text", "message", "checks", "who"]) if (detail[key]) parts.push(detail[key]);
  if (detail.urgent) parts.push(`紧急：${detail.urgent}`);
  if (detail.onto) parts.push(`第 ${detail.onto} 版`);
  if (revision) parts.push(`→ 第 ${revision} 版`);
  return parts.join("　");
}

// A bar that says what goes on, how far it is and how long it will take.
export function progressBar(label) {
  const bar = h("progress", { "aria-label": label });
  const words = h("span", { class: "quiet" }, label);
  const tell = ({ done, total, seconds }) => {
    if (!total) return;
    bar.max = total;
    bar.value = done;
    const left = done ? Math.ceil((seconds * (total - done)) / done) : 0;
    words.textContent = `${label} ${done} / ${total}${left > 1 ? `，${T.left(left)}` : ""}`;
  };
  return { box: h("div", { class: "row progress", role: "status" }, bar, words), tell };
}
