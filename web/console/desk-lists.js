// The lists at the side: one's own customers, the queue, messages; each with a clock.

import { me } from "./api.js";
import { clock, since } from "./desk-signals.js";
import { D } from "./desk-texts.js";
import { action, h, show } from "./dom.js";
import { when } from "./drafts.js";

const LATE = 60; // seconds after which a wait is shown in red

export const who = (line) => (line.customer_id ? `${D.customer} ${line.customer_id}` : `${D.anonymous} ${line.id.slice(0, 4)}`);

export function lists(side, state, open, { open: look, act }) {
  const held = side.querySelector(":focus")?.dataset.id;
  const offered = state.waiting.filter((l) => l.state === "offered" && l.agent === me.name);
  const queue = state.waiting.filter((l) => l.state !== "message" && !offered.includes(l));
  const messages = state.waiting.filter((l) => l.state === "message");
  const waiting = (line) => row(line, open, look, h("div", { class: "row" }, action(D.accept, () => act(line.id, "accept"), { class: "main tiny" }),
    offered.includes(line) ? action(D.decline, () => act(line.id, "decline"), { class: "tiny" }) : null));
  show(side,
    offered.map((line) => h("section", { class: "call", role: "alert" }, h("h2", {}, D.offered(who(line))), waiting(line))),
    h("h2", {}, `${D.mine} ${state.mine.length}`),
    state.mine.length ? state.mine.map((line, at) => row(line, open, look, null, at + 1)) : h("p", { class: "quiet" }, D.none),
    h("h2", {}, `${D.waiting} ${queue.length}`), queue.length ? queue.map(waiting) : h("p", { class: "quiet" }, D.none),
    messages.length ? [h("h2", {}, `${D.messages} ${messages.length}`), messages.map(waiting)] : null);
  if (held) side.querySelector(`[data-id="${held}"]`)?.focus();
}

function row(line, open, look, buttons, place) {
  const from = line.state === "talking" ? line.customer_at : line.queued_at;
  const late = from && since(from) > LATE;
  const time = line.state === "message" ? h("span", { class: "chip waiting" }, `${D.promised} ${when(line.promised_at).slice(5, -3)}`)
    : from ? h("span", { class: late ? "clock late" : "clock", "data-from": from, "data-words": line.state === "talking" ? D.owes : D.waited }, `${line.state === "talking" ? D.owes : D.waited} ${clock(since(from))}`) : null;
  return h("article", { class: `line ${line.state}${line.id === open ? " open" : ""}` },
    h("button", { type: "button", class: "who-line", "data-id": line.id, "aria-current": line.id === open ? "true" : null, onclick: () => look(line.id) },
      place ? h("kbd", {}, String(place)) : null, h("b", {}, who(line)), time),
    h("p", { class: "about" }, h("span", { class: `chip ${line.reason}` }, D.reason[line.reason]), h("span", { class: "chip" }, line.skill), h("span", { class: "chip" }, D.channel[line.channel] ?? line.channel),
      line.state === "offered" && line.agent !== me.name ? h("span", { class: "chip waiting" }, `${D.state.offered}：${line.agent_name}`) : null),
    h("p", { class: "preview quiet" }, line.preview), buttons);
}

/** Moves the clocks on; the rest of the lists stays, so that nothing is redrawn under somebody's mouse. */
export function tick(side) {
  for (const shown of side.querySelectorAll("[data-from]")) {
    const seconds = since(shown.dataset.from);
    shown.textContent = `${shown.dataset.words} ${clock(seconds)}`;
    shown.classList.toggle("late", seconds > LATE);
  }
}
