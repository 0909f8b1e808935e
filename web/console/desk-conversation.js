// One conversation: what was said, live, the reply box with the channel's window, and what can be done.

import { get, me, post } from "./api.js";
import { panel } from "./desk-panel.js";
import { who } from "./desk-lists.js";
import { clock } from "./desk-signals.js";
import { D } from "./desk-texts.js";
import { action, askFor, h, notice, show } from "./dom.js";
import { when } from "./drafts.js";

const TYPING_EVERY = 3000;
const NEAR_END = 60;

export function conversation(middle, found, desk, { reopen, did }) {
  let line = found;
  let last = found.exchanges.at(-1)?.seq ?? 0;
  let window_ = found.window;
  let toldTyping = 0;
  const mine = () => line.state === "talking" && line.agent === me.name;
  const log = h("div", { class: "talk", role: "log", "aria-live": "polite", tabindex: 0 }, found.exchanges.map(said));
  const unsent = h("div", { class: "unsent" });
  const typing = h("p", { class: "typing quiet", role: "status" });
  const box = h("textarea", { rows: 3, maxlength: 2000, "aria-label": D.reply, placeholder: D.reply });
  const limits = h("span", { class: "limits quiet", role: "status" });
  const canned = h("div", { class: "canned", hidden: true });
  const send = action(D.send, () => tell(box.value), { class: "main" });
  const foot = h("form", { class: "reply-box", onsubmit: (event) => event.preventDefault() },
    canned, box, h("div", { class: "row" }, limits, action(D.replies, () => replies(), { class: "tiny" }), send));
  const acts = h("div", { class: "row acts" });
  const head = h("div", { class: "talk-head" }, h("h1", {}, who(found)), h("span", { class: `chip ${found.reason}` }, D.reason[found.reason]),
    h("span", { class: "chip" }, D.channel[found.channel] ?? found.channel),
    found.customer_id ? h("span", { class: found.offers.length ? "chip danger muted" : "chip", title: found.offers.join("\n") },
      found.offers.length ? `${D.muted}：${found.offers[0]}` : D.unmuted) : null, acts);
  const side = panel(found, { fill: (text) => { box.value = text; box.focus(); } });
  show(middle, h("div", { class: "talk-frame" }, h("section", { class: "talk-column" }, head, log, unsent, typing, foot), side.element));
  draw();
  log.scrollTop = log.scrollHeight;
  if (mine()) box.focus();

  const stream = new EventSource(`/api/v1/desk/handoffs/${found.id}/events?after=${last}`);
  stream.addEventListener("reply", (event) => {
    const exchange = JSON.parse(event.data);
    if (exchange.seq <= last) return; // seen before the connection was lost
    last = exchange.seq;
    const follow = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    log.append(...said(exchange));
    if (exchange.text) typing.textContent = "";
    if (follow) log.scrollTop = log.scrollHeight;
    look();
  });
  stream.addEventListener("typing", (event) => { typing.textContent = JSON.parse(event.data).on ? D.typing : ""; });

  box.addEventListener("keydown", (event) => {
    // While an input method composes, Enter picks a candidate; 229 is what some report instead.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!send.disabled) send.click();
  });
  box.addEventListener("input", () => {
    if (!mine() || Date.now() - toldTyping < TYPING_EVERY) return;
    toldTyping = Date.now();
    post(`/desk/handoffs/${found.id}/typing`).catch(() => {}); // a sign, nothing more
  });
  const timer = setInterval(showWindow, 1000);

  async function tell(text, id = crypto.randomUUID?.() ?? String(Math.random()).slice(2)) {
    if (!text.trim()) return;
    if (text === box.value) box.value = "";
    toldTyping = 0;
    const waiting = h("p", { class: "said agent" }, h("span", { class: "words" }, text), h("span", { class: "quiet" }, D.sending));
    unsent.append(waiting);
    try {
      await post(`/desk/handoffs/${found.id}/messages`, { message_id: id, text });
      waiting.remove();
    } catch (error) {
      show(waiting, h("span", { class: "words" }, text), h("span", { class: "wrong" }, `${D.unsent}：${error.message}`),
        action(D.again, async () => { waiting.remove(); await tell(text, id); }, { class: "tiny" })); // the same id: it arrives once
    }
    box.focus();
  }

  async function look() {
    window_ = await get(`/desk/handoffs/${found.id}/window`).catch(() => window_);
    showWindow();
  }

  function showWindow() {
    if (!mine()) { limits.textContent = ""; return; }
    if (window_.left === null) { limits.textContent = D.noLimit; return; }
    const seconds = window_.until ? (new Date(window_.until) - Date.now()) / 1000 : 0;
    const open = window_.left > 0 && seconds > 0;
    limits.textContent = open ? D.left(window_.left, clock(seconds)) : D.closed;
    limits.classList.toggle("wrong", !open || window_.left < 2);
  }

  const act = (what, body) => async () => { line = { ...line, ...(await post(`/desk/handoffs/${found.id}/${what}`, body)) }; draw(); await did(); };

  function draw() {
    const waiting = ["queued", "offered", "message"].includes(line.state);
    show(acts, mine() ? [
      action(D.transferIt, transfer), action(D.giveBack, async () => { if (await askFor(D.giveBackAsk, { confirm: D.giveBack }) !== null) await act("return")(); }),
      action(D.close, close, { class: "danger" })] : null,
      waiting && !(line.state === "offered" && line.agent !== me.name) ? action(D.accept, async () => { await act("accept")(); reopen(); }, { class: "main" }) : null,
      !mine() && ["talking", "offered"].includes(line.state) && me.scopes.includes("desk:supervise") ? action(D.take, async () => { await act("takeover")(); reopen(); }) : null,
      h("span", { class: `chip ${line.state}` }, D.state[line.state], line.code ? ` · ${found.codes[line.code] ?? D.code[line.code] ?? line.code}` : ""));
    foot.hidden = !mine();
    showWindow();
  }

  async function transfer() {
    const others = desk.state.agents.filter((a) => a.present && a.name !== me.name);
    const where = await choose(D.transferAsk, [
      [D.toColleague, others.map((a) => [`to:${a.name}`, `${a.display}（${a.talks}）`])], [D.toSkill, desk.config.skills.map((s) => [`skill:${s}`, s])]], D.transferIt);
    if (where === null) return;
    const [kind, name] = [where.slice(0, where.indexOf(":")), where.slice(where.indexOf(":") + 1)];
    await act("transfer", { [kind]: name })();
  }

  async function close() {
    const code = await choose(D.closeAsk, [["", Object.entries(found.codes)]], D.close);
    if (code !== null) await act("close", { code })();
  }

  function replies() {
    canned.hidden = !canned.hidden;
    if (canned.hidden) { box.focus(); return; }
    const search = h("input", { type: "search", "aria-label": D.searchReplies, placeholder: D.searchReplies, maxlength: 40 });
    const list = h("div", { class: "canned-list" });
    const use = (text) => { box.value = box.value ? `${box.value}${text}` : text; canned.hidden = true; box.focus(); };
    const fill = () => show(list, Object.entries(desk.config.replies).map(([group, texts]) => {
      const some = texts.filter((t) => `${group}${t}`.includes(search.value.trim()));
      return some.length ? [h("h3", {}, group), some.map((t) => h("button", { type: "button", class: "plain", onclick: () => use(t) }, t))] : null;
    }));
    search.addEventListener("input", fill);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { canned.hidden = true; box.focus(); }
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); list.querySelector("button")?.click(); }
    });
    fill();
    show(canned, search, list);
    search.focus();
  }

  return {
    suggest: () => side.suggest(),
    replies: () => mine() && replies(),
    moved(now) {
      const before = line;
      if (now) line = { ...line, ...now };
      else if (before.state !== "survey" && before.state !== "ended") refresh(); // it has left the lists
      if (before.state !== line.state || before.agent !== line.agent) draw();
    },
    close() {
      stream.close();
      clearInterval(timer);
    },
  };

  async function refresh() {
    try {
      const latest = await get(`/desk/handoffs/${found.id}`);
      line = { ...line, state: latest.state, agent: latest.agent, code: latest.code };
      draw();
    } catch (error) {
      notice(error.message, true);
    }
  }
}

/** An exchange as bubbles: the customer's words, then what was answered, if anything was. */
function said({ text, message, at }) {
  const time = h("time", { class: "quiet" }, when(at).split(" ")[1] ?? "");
  const agent = Boolean(message.speaker);
  return [
    text ? h("div", { class: "said customer" }, h("span", { class: "name quiet" }, D.you), h("span", { class: "words" }, text), time) : null,
    message.text ? h("div", { class: agent ? "said agent" : "said bot" }, h("span", { class: "name quiet" }, agent ? message.speaker : text ? D.bot : D.desk),
      h("span", { class: "words" }, message.text), table(message.table), text ? null : time.cloneNode(true)) : null,
  ].filter(Boolean);
}

function table(found) {
  if (!found) return null;
  return h("table", { class: "list" }, h("tbody", {}, found.rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell))))));
}

/** A dialog with one list of choices in groups; gives the value, or null. */
function choose(question, groups, confirm) {
  return new Promise((done) => {
    const select = h("select", { "aria-label": question, size: 10 }, groups.filter(([, options]) => options.length).map(([label, options]) => {
      const made = options.map(([value, words]) => h("option", { value }, words));
      return label ? h("optgroup", { label }, made) : made;
    }));
    const dialog = h("dialog", { onclose: () => { dialog.remove(); done(dialog.returnValue === "yes" && select.value ? select.value : null); } },
      h("form", { method: "dialog" }, h("p", {}, question), select,
        h("div", { class: "row end" }, h("button", { value: "no", class: "plain" }, "取消"), h("button", { value: "yes", class: "main" }, confirm))));
    document.body.append(dialog);
    dialog.showModal();
    select.querySelector("option").selected = true;
    select.focus();
  });
}
