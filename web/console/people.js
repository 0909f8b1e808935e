// Accounts, for who manages them: adding, closing, passwords, and keys for programs.

import { get, me, post } from "./api.js";
import { action, askFor, h, notice, show } from "./dom.js";
import { when } from "./drafts.js";
import { T } from "./texts.js";

const W = T.people;
const at = "/staff/people";

export async function peoplePage(main) {
  render(main, await get(at));
}

function render(main, people) {
  const again = (found) => render(main, found);
  show(main, h("h1", {}, W.title), h("p", { class: "quiet" }, W.hint), adding(again),
    people.map((p) => person(p, again)));
}

function adding(again) {
  const field = (label, attributes = {}) => h("input", { placeholder: label, "aria-label": label, maxlength: 200, ...attributes });
  const name = field(W.name), display = field(W.display), password = field(W.password, { type: "password", autocomplete: "new-password" });
  const roles = Object.entries(W.roles).map(([role, label]) => [role, h("input", { type: "checkbox" }), label]);
  return h("section", { class: "card" }, h("h2", {}, W.add), h("div", { class: "row" }, name, display, password),
    h("div", { class: "row" }, roles.map(([, box, label]) => h("label", { class: "check" }, box, label)),
      action(W.add, async () => {
        const chosen = roles.filter(([, box]) => box.checked).map(([role]) => role);
        if (!chosen.length) throw new Error(W.noRole);
        again(await post(at, { name: name.value.trim(), display: display.value.trim(), password: password.value, roles: chosen }));
        notice(W.added);
      }, { class: "main" })));
}

function person(p, again) {
  const open = p.state !== "disabled";
  return h("section", { class: "card person" },
    h("h2", {}, p.display === p.name ? p.name : `${p.display}（${p.name}）`, h("span", { class: `chip ${p.state}` }, W.state[p.state]),
      p.roles.map((r) => h("span", { class: "chip" }, W.roles[r] ?? r))),
    p.expires ? h("p", { class: "quiet" }, W.until(when(p.expires))) : null,
    p.keys.filter((k) => !k.revoked).map((k) => h("p", {}, `${k.id} ${k.label}　${k.scopes.join(" ")}　`, h("span", { class: "quiet" }, W.until(when(k.expires))),
      action(W.revoke, async () => again(await post(`${at}/keys/revoke`, { id: k.id })), { class: "plain tiny" }))),
    open ? h("div", { class: "row" },
      action(W.setPassword, async () => {
        const password = await askFor(W.setPassword, { label: W.password, confirm: W.setPassword, secret: true });
        if (password !== null) { again(await post(`${at}/password`, { name: p.name, password })); notice(W.passwordSet); }
      }),
      action(W.makeKey, async () => {
        const label = await askFor(W.makeKey, { label: W.keyLabel, confirm: W.makeKey });
        if (label === null) return;
        const { key } = await post(`${at}/keys`, { name: p.name, label });
        again(await get(at));
        await askFor(`${W.keyOnce}\n${key}`, { confirm: W.copied });
      }),
      p.name === me.name ? null : action(W.disable, async () => {
        if (await askFor(W.disableAsk(p.name), { confirm: W.disable }) !== null) again(await post(`${at}/disable`, { name: p.name }));
      }, { class: "danger" })) : null);
}
