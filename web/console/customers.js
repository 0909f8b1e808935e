// The view of one customer: what the role may see, each field with its source and time. Every look is written down.

import { get } from "./api.js";
import { h, notice, show } from "./dom.js";
import { when } from "./drafts.js";
import { T } from "./texts.js";

const W = T.customers;

export async function customersPage(main, id) {
  const field = h("input", { type: "search", maxlength: 64, required: true, value: id ?? "", "aria-label": W.id, placeholder: W.id, autocomplete: "off" });
  const found = h("div", { role: "region", "aria-live": "polite", "aria-label": W.title });
  const form = h("form", { class: "row card", onsubmit: (event) => {
    event.preventDefault();
    const wanted = `#/customers/${encodeURIComponent(field.value.trim())}`;
    if (location.hash === wanted) render(found, field.value.trim()).catch((error) => notice(error.message, true));
    else location.hash = wanted;
  } }, field, h("button", { class: "main" }, W.show));
  show(main, h("h1", {}, W.title), h("p", { class: "quiet" }, W.hint), form, found);
  if (id) await render(found, id);
  else {
    field.focus();
    await segments(found);
  }
}

async function render(found, id) {
  show(found, h("p", { class: "quiet" }, T.loading));
  try {
    const customer = await get(`/customers/${encodeURIComponent(id)}`);
    show(found, h("h2", {}, W.customer(customer.id, customer.merged)),
      Object.entries(customer.groups).map(([group, label]) => part(label, customer.entries.filter((e) => e.group === group))));
  } catch (error) {
    show(found, h("p", { class: "wrong", role: "alert" }, error.message));
  }
}

function part(label, entries) {
  return h("section", { class: "card" }, h("h3", {}, label), h("div", { class: "scroll" }, h("table", { class: "list" },
    h("thead", {}, h("tr", {}, [W.field, W.value, W.source, W.time].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, entries.map((e) => h("tr", {}, h("td", {}, e.label), h("td", {}, e.value),
      h("td", { class: "quiet" }, e.source), h("td", { class: "quiet" }, when(e.as_of))))))));
}

async function segments(found) {
  const rows = await get("/segments");
  if (!rows.length) return;
  const figures = (m) => W.middle(Math.round(m.recency), Math.round(m.frequency), Math.round(m.monetary).toLocaleString("zh-CN"));
  show(found, h("section", { class: "card" }, h("h3", {}, W.segments), h("div", { class: "scroll" }, h("table", { class: "list" },
    h("thead", {}, h("tr", {}, [W.segment, W.size, W.middleHead, W.rule].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, rows.map((s) => h("tr", {}, h("td", {}, s.name), h("td", {}, `${s.size.toLocaleString("zh-CN")}（${(s.share * 100).toFixed(1)}%）`),
      h("td", {}, figures(s.middle)), h("td", { class: "quiet" }, s.rule))))))));
}
