// The grid: rows of a draft's file that have findings, the wrong cells red, all of them editable in place.

import { get, may, post } from "./api.js";
import { action, h, notice } from "./dom.js";
import { toCsv } from "./pasted.js";
import { COLUMN_NAMES, T } from "./texts.js";

const W = T.draft;
const MOST = 100;

export async function grid(draft, changed) {
  const findings = draft.findings.problems;
  const sections = [];
  for (const file of draft.files) sections.push(await fileGrid(draft, file, changed));
  const elsewhere = findings.filter((p) => !p.line || !draft.files.includes(fileOf(p)));
  return h("section", { class: "card checks" }, h("h2", {}, W.checks),
    h("p", { class: draft.findings.errors ? "bad" : "good" },
      draft.findings.errors ? `${draft.findings.errors} ${T.severity.error}。${W.fix}` : W.clean,
      draft.findings.warnings ? `　${draft.findings.warnings} ${T.severity.warning}` : ""),
    elsewhere.map((p) => h("p", { class: `finding ${p.severity}` }, says(p))), sections);
}

const fileOf = (problem) => problem.file.split("#")[0];
const says = (p) => `${T.severity[p.severity]}：${p.file}${p.line ? `:${p.line}` : ""} ${p.column ? `${p.column} ` : ""}${p.what}${p.value ? `：「${p.value}」` : ""}；${p.remedy}`;

async function fileGrid(draft, file, changed) {
  const found = draft.findings.problems.filter((p) => fileOf(p) === file && p.line);
  const step = (edits) => post(`/kg/drafts/${draft.id}/edits`, { version: draft.version, file, edits });
  if (file.toLowerCase().endsWith(".xlsx")) {
    return [found.slice(0, MOST).map((p) => h("p", { class: `finding ${p.severity}` }, says(p))),
      h("p", {}, W.workbook, may("kg:draft") ? action(W.convert, async () => changed(await step([]))) : null)];
  }
  const errorsFirst = [...new Set([...found.filter((p) => p.severity === "error"), ...found].map((p) => p.line))];
  const lines = errorsFirst.slice(0, MOST);
  const query = lines.length ? lines.map((line) => `&line=${line}`).join("") : "&limit=20";
  const page = await get(`/kg/drafts/${draft.id}/rows?file=${encodeURIComponent(file)}${query}`);
  const edits = new Map();
  const body = page.rows.map((row) => lineRows(row, page.titles, found.filter((p) => p.line === row.line), edits));
  const fresh = h("tbody", { class: "fresh" });
  const save = action(W.recheck, async () => {
    const made = [...edits.values(), ...appended(fresh)];
    if (!made.length) return notice(W.fix);
    await changed(await step(made));
  }, { class: "main" });
  const columns = page.titles.length;
  return h("details", { open: true }, h("summary", {}, `${file}（${page.total}）`),
    h("div", { class: "scroll" }, h("table", { class: "grid" },
      h("thead", {}, h("tr", {}, h("th", {}, "#"), page.titles.map((t) => h("th", {}, t)))),
      body.map((rows) => h("tbody", {}, rows)), fresh)),
    errorsFirst.length > MOST ? h("p", { class: "quiet" }, W.more) : null,
    may("kg:draft") ? h("div", { class: "row" }, save, action(W.addRow, () => fresh.append(newRow(columns)), { class: "plain" })) : null);
}

// A record, and under it what was found in it.
function lineRows(row, titles, found, edits) {
  const key = String(row.line);
  const note = found.map((p) => h("tr", { class: `note ${p.severity}` }, h("td"), h("td", { colspan: Math.max(titles.length, 1) },
    `${T.severity[p.severity]}：${p.column ? `${p.column} ` : ""}${p.what}${tells(p, row) ? `：${p.value}` : ""}；${p.remedy}`)));
  const gone = h("button", { type: "button", class: "plain tiny", title: W.removeRow, "aria-label": `${W.removeRow} ${row.line}`, onclick: () => {
    edits.set(key, { line: row.line, raw: "" });
    line.classList.add("gone");
  } }, "✕");
  const whole = row.fault || row.cells.length !== titles.length;
  const cells = whole ? [h("td", { colspan: Math.max(titles.length, 1) },
    input(row.raw || toCsv(row.cells), true, `${W.broken} ${row.line}`, (value) => edits.set(key, { line: row.line, raw: value })))]
    : row.cells.map((cell, column) => {
      const wrong = found.some((p) => p.severity === "error" && names(p.column, titles[column]));
      const doubtful = found.some((p) => p.severity === "warning" && names(p.column, titles[column]));
      return h("td", { class: wrong ? "wrong-cell" : doubtful ? "doubtful-cell" : "" },
        input(cell, wrong, `${titles[column]} ${row.line}`, (value) => edits.set(`${key}:${column}`, { line: row.line, column, value })));
    });
  const line = h("tr", {}, h("th", { scope: "row" }, key, may("kg:draft") ? gone : null), cells);
  return [line, note];
}

// A value that stands in the cell itself, or is the whole row, need not be said again.
const tells = (p, row) => p.value && !row.cells.includes(p.value) && p.value !== row.cells.join(",") && !row.fault;

function input(value, wrong, label, changed) {
  const field = h("input", { value, "aria-label": label, "aria-invalid": wrong ? "true" : null, readonly: !may("kg:draft"), oninput: () => changed(field.value) });
  return field;
}

function names(column, title) {
  const plain = title.trim().toLowerCase();
  return column === title || column.split("（")[0] === (COLUMN_NAMES[title.trim()] ?? plain);
}

function newRow(columns) {
  return h("tr", {}, h("th", {}, "+"), Array.from({ length: columns }, (_, i) => h("td", {}, h("input", { "aria-label": `${W.addRow} ${i + 1}` }))));
}

function appended(fresh) {
  return [...fresh.rows].map((row) => [...row.querySelectorAll("input")].map((i) => i.value))
    .filter((cells) => cells.some((c) => c.trim())).map((cells) => ({ line: 0, raw: toCsv(cells) }));
}
