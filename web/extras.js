// What surrounds a conversation: its transcript, the survey at its end, an invitation before it begins.

import { h } from "./dom.js";
import { texts } from "./texts.js";

/** The conversation as a text file, offered for download. */
export function download(exchanges) {
  const lines = exchanges.flatMap(({ text, at, message }) => [
    text ? `[${stamp(at)}] ${texts.you}${text}` : "",
    `[${stamp(at)}] ${texts.bot}${whole(message)}`,
    "",
  ]);
  const blob = new Blob(["\ufeff", [texts.transcript, "", ...lines].join("\r\n")], { type: "text/plain;charset=utf-8" });
  const link = h("a", { href: URL.createObjectURL(blob), download: `jinwen-${new Date().toISOString().slice(0, 10)}.txt` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A question with five answers; `onAnswer(score, comment)` may reject. */
export function surveyView(onAnswer, onClose) {
  const status = h("p", { class: "thanks", role: "status" });
  const options = texts.scores.map((label, index) => {
    const value = index + 1;
    return h("label", { class: "score" }, h("input", { type: "radio", name: "score", value, required: true }), ` ${label}`);
  });
  const comment = h("textarea", { rows: 2, maxlength: 500, "aria-label": texts.comment, placeholder: texts.comment });
  const form = h(
    "form",
    { class: "survey", "aria-label": texts.survey },
    h("fieldset", {}, h("legend", {}, texts.surveyAsk), ...options),
    comment,
    h("div", { class: "choices" },
      h("button", { type: "submit", class: "choice" }, texts.submit),
      h("button", { type: "button", class: "choice", onclick: () => onClose() }, texts.dismiss)),
    status,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await onAnswer(Number(new FormData(form).get("score")), comment.value.trim());
      form.replaceChildren(h("p", { class: "thanks", role: "status" }, texts.surveyThanks));
    } catch {
      status.textContent = texts.notKept;
    }
  });
  return form;
}

/** A bubble beside the launcher. It goes by a click, and by a second one it opens the chat. */
export function inviteView(words, onOpen, onClose) {
  return h(
    "div",
    { class: "invite", role: "status" },
    h("button", { type: "button", class: "words", onclick: onOpen }, words),
    h("button", { type: "button", class: "tool", "aria-label": texts.dismiss, onclick: onClose }, "×"),
  );
}

/** Whether something that a customer waved away may come again: not within `days`. */
export function mayInvite(last, days, now = Date.now()) {
  return !last || now - Number(last) > days * 86_400_000;
}

function whole({ text, table, sources = [], notices = [] }) {
  const rows = (table?.rows ?? []).map((row) => `  ${row.map((cell, n) => [table.columns[n], cell].filter(Boolean).join(" ")).join("  ")}`);
  const cited = sources.map(({ document, article }) => `  ${texts.sources(1)} ${document} ${article}`.trimEnd());
  return [text, ...rows, ...cited, ...notices].join("\r\n");
}

function stamp(at) {
  return new Date(at).toLocaleString(texts.lang, { hour12: false });
}
