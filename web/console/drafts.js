// Drafts: what is open, and bringing in a file or a few pasted lines.

import { get, may, upload } from "./api.js";
import { action, h, notice, show } from "./dom.js";
import { asCsv } from "./pasted.js";
import { T } from "./texts.js";

const W = T.drafts;

export async function draftsPage(main) {
  const [open, settled] = await Promise.all([get("/kg/drafts"), get("/kg/drafts?settled=true")]);
  show(main, h("h1", {}, W.title), may("kg:draft") ? bringIn() : null,
    table(open, W.open), settled.length ? table(settled.slice(0, 20), W.settled) : null);
}

function table(drafts, title) {
  if (!drafts.length) return h("p", { class: "quiet card" }, W.empty);
  return h("section", { class: "card" }, h("h2", {}, title), h("table", { class: "list" },
    h("thead", {}, h("tr", {}, ["", W.message, W.by, W.facts, W.problems, W.made].map((t) => h("th", {}, t)))),
    h("tbody", {}, drafts.map((d) => h("tr", {},
      h("td", {}, chip(d.state)),
      h("td", {}, h("a", { href: `#/draft/${d.id}` }, d.message || d.id)),
      h("td", {}, d.author), h("td", {}, String(d.facts)),
      h("td", {}, d.errors ? h("b", { class: "bad" }, `${d.errors} ${T.severity.error}`) : d.warnings ? `${d.warnings} ${T.severity.warning}` : "✓"),
      h("td", { class: "quiet" }, when(d.created)))))));
}

function bringIn() {
  const message = h("input", { maxlength: 500, placeholder: W.messageHint, "aria-label": W.message });
  const replace = h("input", { type: "checkbox" });
  const state = h("p", { class: "quiet", role: "status" });
  const take = async (name, content) => {
    state.textContent = W.checking;
    try {
      const made = await upload(name, content, message.value.trim(), replace.checked);
      location.hash = `#/draft/${made.id}`;
    } catch (error) {
      state.textContent = "";
      notice(error.message, true);
    }
  };
  const file = h("input", { type: "file", accept: ".csv,.xlsx", "aria-label": W.upload, onchange: () => file.files[0] && take(file.files[0].name, file.files[0]) });
  const pasted = h("textarea", { rows: 5, placeholder: W.pasteHint, "aria-label": W.paste, spellcheck: "false",
    onpaste: (event) => {
      const [copied] = event.clipboardData.files;
      if (!copied || event.clipboardData.types.includes("text/plain")) return; // copied cells may bring a picture of themselves
      event.preventDefault();
      take(copied.name, copied);
    } });
  const zone = h("div", { class: "drop-zone",
    ondragover: (event) => { event.preventDefault(); zone.classList.add("over"); },
    ondragleave: () => zone.classList.remove("over"),
    ondrop: (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      const [dropped] = event.dataTransfer.files;
      if (dropped) take(dropped.name, dropped);
    } }, h("label", { class: "button main" }, W.upload, file), h("p", { class: "quiet" }, W.drop));
  return h("section", { class: "card bring-in" },
    h("label", {}, W.message, message), h("label", { class: "check" }, replace, W.replace),
    zone, h("details", {}, h("summary", {}, W.paste), pasted,
      action(W.pasteGo, async () => { if (pasted.value.trim()) await take(W.pasteName, new Blob([asCsv(pasted.value)])); }, { class: "main" })),
    state);
}

export function chip(state) {
  return h("span", { class: `chip ${state}` }, T.state[state]);
}

export function when(iso) {
  return iso ? new Date(iso).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false }) : "";
}
