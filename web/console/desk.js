// The desk: who waits, who is being talked to, and the conversation in the middle. Lists come by one event stream,
// the open conversation by another; both resume by themselves.

import { get, may, me, post, Refused, signOut, whoAmI } from "./api.js";
import { conversation } from "./desk-conversation.js";
import { lists, tick } from "./desk-lists.js";
import { ring } from "./desk-signals.js";
import { D } from "./desk-texts.js";
import { action, h, notice, show } from "./dom.js";
import { rooms, signInPage } from "./signing-in.js";
import { T } from "./texts.js";

const app = document.getElementById("app");

async function start() {
  if (!may("desk:agent")) return show(app, h("p", { class: "wrong card" }, "这个账号没有坐席的角色；请找管理员。"), action(T.signOut, signOut));
  const config = await get("/desk/config");
  const desk = { config, state: null, open: null, view: null };
  const parts = {
    ready: h("button", { type: "button", class: "switch", "aria-pressed": "false" }),
    skills: h("select", { "aria-label": D.skills }, h("option", { value: "" }, D.allSkills), config.skills.map((s) => h("option", { value: s }, s))),
    sound: h("button", { type: "button", class: "plain light", onclick: () => { ring.toggle(); tellSound(); } }),
    closed: h("p", { class: "warn closed", hidden: true }, D.closedNow),
    side: h("aside", { class: "lists", "aria-label": D.mine }),
    middle: h("main", { class: "middle", tabindex: -1 }, h("p", { class: "quiet empty" }, D.nobody, h("br"), D.keys)),
  };
  const tellSound = () => { parts.sound.textContent = ring.on ? D.soundOn : D.soundOff; };
  tellSound();
  show(app, h("header", { class: "top" }, h("span", { class: "brand" }, `金问 · ${D.brand}`),
    h("span", { class: "who" }, parts.ready, parts.skills, parts.sound, rooms("/staff/desk"), me.name, action(T.signOut, leave, { class: "plain light" }))),
    parts.closed, h("div", { class: "desk-frame" }, parts.side, parts.middle));
  const setMe = async (ready) => took(await post("/desk/me", { ready, skills: parts.skills.value ? [parts.skills.value] : [] }));
  parts.ready.addEventListener("click", () => setMe(!desk.state?.me.ready).catch((error) => notice(error.message, true)));
  parts.skills.addEventListener("change", () => setMe(desk.state?.me.ready ?? false).catch((error) => notice(error.message, true)));

  async function leave() {
    await post("/desk/me", { ready: false, skills: [] }).catch(() => null);
    await signOut();
  }

  async function open(id) {
    desk.view?.close();
    desk.open = id;
    desk.view = null;
    show(parts.middle, h("p", { class: "quiet empty" }, T.loading));
    try {
      const found = await get(`/desk/handoffs/${id}`);
      if (desk.open !== id) return;
      desk.view = conversation(parts.middle, found, desk, { reopen: () => open(id), did: took1 });
    } catch (error) {
      desk.open = null;
      show(parts.middle, h("p", { class: "wrong" }, error.message));
    }
    draw();
  }

  async function took1() {
    took(await get("/desk/state"));
  }

  function took(state) {
    const before = desk.state;
    desk.state = state;
    ring.heard(before, state, desk.open);
    parts.ready.textContent = state.me.ready ? D.ready : D.away;
    parts.ready.setAttribute("aria-pressed", String(state.me.ready));
    parts.ready.classList.toggle("on", state.me.ready);
    parts.skills.value = state.me.skills[0] ?? "";
    parts.closed.hidden = state.open;
    const line = [...state.mine, ...state.waiting].find((l) => l.id === desk.open);
    desk.view?.moved(line ?? null);
    draw();
  }

  const act = async (id, what) => {
    await post(`/desk/handoffs/${id}/${what}`);
    await took1();
    if (what === "accept") await open(id);
  };

  function draw() {
    if (desk.state) lists(parts.side, desk.state, desk.open, { open, act });
  }

  const stream = new EventSource("/api/v1/desk/events");
  stream.addEventListener("state", (event) => took(JSON.parse(event.data)));
  stream.onerror = () => {
    // The browser reconnects by itself, unless it was refused: then somebody has signed out elsewhere.
    if (stream.readyState === EventSource.CLOSED) whoAmI().then(() => location.reload(), () => location.reload());
  };
  setInterval(() => tick(parts.side), 1000);
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !desk.state) return;
    const place = Number(event.code.match(/^Digit([1-9])$/)?.[1] ?? 0);
    const first = desk.state.waiting.find((l) => l.state === "offered" && l.agent === me.name) ?? desk.state.waiting.find((l) => l.state !== "offered");
    if (place && desk.state.mine[place - 1]) open(desk.state.mine[place - 1].id);
    else if (event.code === "KeyA" && first) act(first.id, "accept").catch((error) => notice(error.message, true));
    else if (event.code === "KeyG") desk.view?.suggest();
    else if (event.code === "KeyR") desk.view?.replies();
    else return;
    event.preventDefault();
  });
}

try {
  await whoAmI();
  await start();
} catch (error) {
  signInPage(app, D.brand, start);
  if (!(error instanceof Refused && error.status === 401)) notice(error.message, true);
}
