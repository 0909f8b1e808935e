// The supervisor's page: who waits now, how well it goes, over time and by channel.

import { get, may, me, post, Refused, signOut, whoAmI } from "./api.js";
import { who } from "./desk-lists.js";
import { clock, since } from "./desk-signals.js";
import { D } from "./desk-texts.js";
import { action, h, notice, show } from "./dom.js";
import { bars, line, shares } from "./plots.js";
import { rooms, signInPage } from "./signing-in.js";
import { T } from "./texts.js";

const S = D.supervisor;
const LIVE_EVERY = 3000, FIGURES_EVERY = 30_000;
const app = document.getElementById("app");
const percent = (value) => (value === null ? "—" : `${Math.round(value * 100)}%`);
const span = (seconds) => (seconds === null ? "—" : clock(seconds));
const channel = (name) => D.channel[name] ?? name;

async function start() {
  if (!may("desk:supervise")) return show(app, h("p", { class: "wrong card" }, "这个账号没有主管的角色；请找管理员。"), action(T.signOut, signOut));
  const live = h("section"), figures = h("section");
  const days = h("select", { "aria-label": S.days }, [1, 7, 30, 90].map((n) => h("option", { value: n }, n === 1 ? "今天" : `最近 ${n} 天`)));
  const one = h("select", { "aria-label": S.channel }, h("option", { value: "" }, S.all));
  show(app, h("header", { class: "top" }, h("span", { class: "brand" }, `金问 · ${S.title}`),
    h("span", { class: "who" }, rooms("/staff/supervisor"), me.name, action(T.signOut, signOut, { class: "plain light" }))),
    h("main", { class: "boards" }, h("div", { class: "filters" }, h("h1", {}, S.title), h("label", {}, S.days, days), h("label", {}, S.channel, one)), live, figures));

  async function showLive() {
    const [state, lines] = await Promise.all([get("/desk/state"), get("/desk/live")]);
    const queued = lines.filter((l) => l.state === "queued" || l.state === "offered");
    const longest = Math.max(0, ...queued.map((l) => since(l.queued_at)));
    const there = state.agents.filter((a) => a.present);
    show(live, h("div", { class: "tiles" },
      tile(S.waiting, queued.length), tile(S.longest, clock(longest), longest > 60), tile(S.messages, lines.filter((l) => l.state === "message").length),
      tile(S.talking, lines.filter((l) => l.state === "talking").length), tile(S.there, there.length)),
      h("section", { class: "card" }, h("h2", {}, S.queue), lines.length ? h("table", { class: "list" }, h("tbody", {}, lines.map((l) => h("tr", {},
        h("td", {}, h("span", { class: `chip ${l.state}` }, D.state[l.state])), h("td", {}, who(l)), h("td", {}, D.reason[l.reason]), h("td", {}, l.skill), h("td", {}, channel(l.channel)),
        h("td", {}, l.agent_name), h("td", { class: "clock" }, clock(since(l.state === "talking" ? l.customer_at ?? l.since : l.queued_at))), h("td", { class: "quiet" }, l.preview),
        h("td", {}, l.agent === me.name ? null : action(S.take, async () => { await post(`/desk/handoffs/${l.id}/takeover`); location.href = "/staff/desk"; }, { class: "tiny" })))))) : h("p", { class: "quiet" }, D.none)),
      h("section", { class: "card" }, h("h2", {}, S.agents), h("table", { class: "list" }, h("tbody", {}, state.agents.map((a) => h("tr", {},
        h("td", {}, a.display), h("td", {}, a.present ? D.ready.split("：")[0] : a.ready ? D.offline : D.away.split("：")[0]), h("td", {}, `${S.columns.talks} ${a.talks}`), h("td", { class: "quiet" }, a.skills.join("、") || D.allSkills)))))));
  }

  async function showFigures() {
    const o = await get(`/desk/overview?days=${days.value}&channel=${encodeURIComponent(one.value)}`);
    const known = new Set([...one.options].map((option) => option.value));
    one.append(...Object.keys(o.channels).filter((name) => !known.has(name)).map((name) => h("option", { value: name }, channel(name))));
    const label = (p) => (o.hourly ? p.start.slice(11, 13) : p.start.slice(5, 10).replace("-", "/"));
    const points = (read) => o.points.map((p) => ({ label: label(p), values: read(p) }));
    const names = { ...Object.fromEntries((await get("/desk/state")).agents.map((a) => [a.name, a.display])) };
    const w = o.whole;
    show(figures, h("div", { class: "tiles" },
      tile(S.conversations, w.conversations), tile(S.opened, w.handoffs), tile(S.contained, percent(w.containment)), tile(S.level(o.target_seconds), percent(w.level)),
      tile(S.satisfaction, w.satisfaction === null ? "—" : w.satisfaction.toFixed(1), false, S.rated(w.rated)), tile(S.meanWait, span(w.mean_wait)), tile(S.meanTalk, span(w.mean_talk)), tile(S.abandoned, w.abandoned)),
      h("div", { class: "plots" },
        bars(S.overTime, points((p) => [p.handoffs, p.accepted]), { names: [S.asked, S.accepted] }),
        line(S.levelOverTime, points((p) => [p.level]), { percent: true, most: 1 }),
        line(S.containedOverTime, points((p) => [p.containment]), { percent: true, most: 1 }),
        line(S.scoreOverTime, points((p) => [p.satisfaction]), { most: 5 }),
        shares(S.reasons, Object.entries(o.reasons).map(([name, n]) => [D.reason[name] ?? name, n])),
        shares(S.codes, Object.entries(o.codes).map(([name, n]) => [codes[name] ?? D.code[name] ?? name, n]))),
      h("section", { class: "card" }, h("h2", {}, S.byChannel), table(["", S.conversations, S.opened, S.contained, S.level(o.target_seconds), S.satisfaction, S.meanWait],
        Object.entries(o.channels).map(([name, f]) => [channel(name), f.conversations, f.handoffs, percent(f.containment), percent(f.level), f.satisfaction?.toFixed(1) ?? "—", span(f.mean_wait)]))),
      h("section", { class: "card" }, h("h2", {}, S.agents), table([S.columns.name, S.columns.served, S.columns.talk, S.columns.score],
        o.agents.map((a) => [names[a.name] ?? a.name, a.served, span(a.mean_talk), a.satisfaction?.toFixed(1) ?? "—"]))));
  }

  const { codes } = await get("/desk/config");
  const guarded = (work) => () => work().catch((error) => notice(error.message, true));
  days.addEventListener("change", guarded(showFigures));
  one.addEventListener("change", guarded(showFigures));
  await Promise.all([showLive(), showFigures()]);
  setInterval(guarded(showLive), LIVE_EVERY);
  setInterval(guarded(showFigures), FIGURES_EVERY);
}

function tile(label, value, late = false, more = "") {
  return h("div", { class: late ? "tile late" : "tile" }, h("span", { class: "quiet" }, label), h("b", {}, String(value)), more ? h("small", { class: "quiet" }, more) : null);
}

function table(head, rows) {
  if (!rows.length) return h("p", { class: "quiet" }, S.noData);
  return h("table", { class: "list" }, h("thead", {}, h("tr", {}, head.map((t) => h("th", {}, t)))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, String(cell)))))));
}

try {
  await whoAmI();
  await start();
} catch (error) {
  signInPage(app, S.title, start);
  if (!(error instanceof Refused && error.status === 401)) notice(error.message, true);
}
