// The view of one customer: what the role may see, each field with its source and time. Every look is written down.

import { get, may, post } from "./api.js";
import { action, askFor, h, notice, show } from "./dom.js";
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
    const overview = [await segments(), may("customers:assets") ? await erasures(main) : null];
    show(found, overview);
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

async function segments() {
  const rows = await get("/segments");
  if (!rows.length) return null;
  const figures = (m) => W.middle(Math.round(m.recency), Math.round(m.frequency), Math.round(m.monetary).toLocaleString("zh-CN"));
  return h("section", { class: "card" }, h("h3", {}, W.segments), h("div", { class: "scroll" }, h("table", { class: "list" },
    h("thead", {}, h("tr", {}, [W.segment, W.size, W.middleHead, W.rule].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, rows.map((s) => h("tr", {}, h("td", {}, s.name), h("td", {}, `${s.size.toLocaleString("zh-CN")}（${(s.share * 100).toFixed(1)}%）`),
      h("td", {}, figures(s.middle)), h("td", { class: "quiet" }, s.rule)))))));
}

// Requests to erase data: what the law has kept is named; the rest goes when staff have checked who asks.
async function erasures(main) {
  const rows = await get("/erasures");
  if (!rows.length) return null;
  const settle = (id, erase, note) => post(`/erasures/${encodeURIComponent(id)}`, { erase, note });
  return h("section", { class: "card" }, h("h3", {}, W.erasures), rows.map((t) => h("article", { class: "row" },
    h("p", {}, h("a", { href: `#/customers/${encodeURIComponent(t.customer)}` }, t.customer), `　${when(t.asked_at)}　${t.id}`,
      h("br"), h("span", { class: "quiet" }, W.kept(t.kept))),
    action(W.erase, async () => {
      const note = await askFor(W.eraseAsk(t.customer), { label: W.note, confirm: W.erase });
      if (note === null) return;
      await settle(t.id, true, note);
      notice(W.erased);
      await customersPage(main);
    }, { class: "danger" }),
    action(W.refuse, async () => {
      const note = await askFor(W.refuseAsk, { label: W.note, confirm: W.refuse });
      if (!note) return;
      await settle(t.id, false, note);
      await customersPage(main);
    }))));
}
