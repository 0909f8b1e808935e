// How one message looks: text, table, notices, sources, choices, thumbs. Data only ever becomes text nodes.

import { h, icon } from "./dom.js";
import { texts } from "./texts.js";

// A number that one is told to call is one tap away; an amount after the same words is not.
const PHONE = /(?<=(?:拨打|热线|电话|致电|报警|客服)[^\d\n]{0,6})\d[\d-]{1,12}\d(?![\d-]|\s*[%％.年月日天元万亿个家名次])/g;

/** What the customer said. `onRetry` is called when sending it again is asked for. */
export function saidView({ id, text, state, note }, onRetry) {
  const status = h("span", { class: "delivery" });
  const element = h(
    "div",
    { class: "said", "data-message": id },
    h("div", { class: "bubble" }, h("span", { class: "unseen" }, texts.you), h("span", { class: "words" }, text)),
    status,
  );
  showDelivery(element, { state, note }, onRetry);
  return element;
}

/** Says under a message how its sending goes. */
export function showDelivery(element, { id, state, note }, onRetry) {
  const status = element.querySelector(".delivery");
  element.dataset.state = state;
  status.replaceChildren();
  if (state === "sent" || state === "pending") {
    if (state === "pending") status.append(texts.pending);
    return;
  }
  const why = state === "waiting" ? texts.waiting : [texts.failed, note].filter(Boolean).join("：");
  const again = h("button", { type: "button", class: "retry", onclick: () => onRetry(id) }, texts.retry);
  status.append(h("span", {}, why), again);
}

/** A reply, or the greeting when `exchange.seq` is missing. */
export function replyView(exchange, { onRate, onCorrect, onChoose }) {
  const { message, seq, at } = exchange;
  const card = h(
    "div",
    { class: message.urgent ? "bubble urgent" : "bubble" },
    message.speaker ? h("b", { class: "speaker" }, texts.person(message.speaker)) : h("span", { class: "unseen" }, texts.bot),
    message.urgent ? h("strong", { class: "alarm" }, texts.urgent) : null,
    message.focus ? focusChip(message.focus, message.corrections ?? [], onCorrect) : null,
    h("div", { class: "words" }, ...(message.urgent ? urgentWords(message.text) : withPhones(message.text))),
    message.table ? tableView(message.table) : null,
    ...message.notices.map((notice) => noticeView(notice)),
    message.sources.length ? sourcesView(message.sources) : null,
  );
  const when = at ? new Date(at) : new Date();
  const foot = h("div", { class: "foot" }, h("time", { datetime: when.toISOString() }, time(when)));
  if (seq && exchange.message_id) foot.append(thumbs(seq, onRate));
  const offer = message.offer ? offerView(message.offer, onChoose) : null;
  return h("div", { class: "reply", "data-seq": seq ?? null }, card, offer, foot);
}

/** An offer beside an answer: a box of its own, named for what it is, with the ways to ask why and to be rid of it. */
function offerView({ label, text, notice, choices }, onChoose) {
  const buttons = choices.map((choice) =>
    h("button", { type: "button", class: "choice", onclick: () => onChoose(choice) }, choice.label),
  );
  return h(
    "aside",
    { class: "offer", "aria-label": label },
    h("b", { class: "label" }, label),
    h("p", {}, text),
    notice ? h("small", {}, notice) : null,
    h("div", { class: "choices" }, ...buttons),
  );
}

/** The choices of a message: one tab stop, arrow keys inside. */
export function choicesView(choices, onChoose) {
  const buttons = choices.map((choice, index) =>
    h("button", { type: "button", class: "choice", tabindex: index ? -1 : 0, onclick: () => onChoose(choice) }, choice.label),
  );
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = buttons.indexOf(event.target);
    let next = step === undefined ? -1 : (at + step + buttons.length) % buttons.length;
    if (event.key === "Home") next = 0;
    if (event.key === "End") next = buttons.length - 1;
    if (at < 0 || next < 0) return;
    event.preventDefault();
    buttons.forEach((button, index) => button.setAttribute("tabindex", index === next ? "0" : "-1"));
    buttons[next].focus();
  };
  return h("div", { class: "choices", role: "group", "aria-label": texts.choices, onkeydown: move }, ...buttons);
}

/** A line between messages, such as the start of a new conversation. */
export function dividerView(words) {
  return h("p", { class: "divider" }, words);
}

/** What the question was taken to be about; one click puts right what was carried over. */
function focusChip(focus, corrections, onCorrect) {
  const buttons = corrections.map((choice) =>
    h("button", { type: "button", class: "correction", "aria-label": texts.correct(choice.label), onclick: () => onCorrect(choice) }, choice.label),
  );
  const words = h("span", { class: "about" }, h("span", {}, texts.focus), h("b", {}, focus));
  return h("div", { class: "focus" }, words, ...(buttons.length ? [h("span", { class: "or" }, texts.correctTo), ...buttons] : []));
}

function tableView({ columns, rows, caption }) {
  const head = h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, column)));
  const body = rows.map((row) =>
    h("tr", {}, ...row.map((cell, index) => (index ? h("td", {}, cell) : h("th", { scope: "row" }, cell)))),
  );
  const table = h("table", {}, caption ? h("caption", {}, caption) : null, h("thead", {}, head), h("tbody", {}, ...body));
  const label = caption || texts.table;
  const scroll = h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": label }, table);
  const box = h("div", { class: columns.length > 2 ? "table" : "table narrow" }, scroll, h("p", { class: "hint" }, texts.slide));
  const look = () => {
    box.classList.toggle("wide", scroll.scrollWidth > scroll.clientWidth);
    box.classList.toggle("more", scroll.scrollLeft + scroll.clientWidth < scroll.scrollWidth - 4);
  };
  scroll.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(scroll);
  return box;
}

function noticeView(notice) {
  return h("p", { class: "notice" }, h("b", {}, texts.notice), " ", notice);
}

function sourcesView(sources) {
  const items = sources.map(({ document, article, valid_from: from, valid_to: to }) => {
    const days = [from && texts.validFrom(day(from)), to && texts.validTo(day(to))].filter(Boolean).join("，");
    return h("li", {}, h("cite", {}, document), article ? ` ${article}` : null, days ? h("small", {}, days) : null);
  });
  return h("details", { class: "sources" }, h("summary", {}, texts.sources(sources.length)), h("ul", {}, ...items));
}

function thumbs(seq, onRate) {
  const result = h("span", { class: "thanks", role: "status" });
  const reasons = h("div", { class: "reasons", role: "group", "aria-label": texts.why, hidden: true });
  const buttons = ["up", "down"].map((rating) =>
    h(
      "button",
      {
        type: "button",
        class: "thumb",
        "aria-pressed": "false",
        "aria-label": rating === "up" ? texts.helpful : texts.unhelpful,
        title: rating === "up" ? texts.helpful : texts.unhelpful,
        onclick: () => rate(rating),
      },
      icon(rating),
    ),
  );
  const rate = async (rating, reason = "") => {
    try {
      await onRate(seq, rating, reason);
      buttons.forEach((button, index) => button.setAttribute("aria-pressed", String((rating === "up") === (index === 0))));
      result.textContent = texts.thanks;
      reasons.hidden = rating === "up" || reason !== "";
      reasons.scrollIntoView({ block: "nearest" });
    } catch {
      result.textContent = texts.notKept;
    }
  };
  reasons.append(
    h("span", {}, texts.why),
    ...texts.reasons.map((reason) =>
      h("button", { type: "button", class: "choice small", onclick: () => rate("down", reason) }, reason),
    ),
  );
  return h("div", { class: "thumbs" }, ...buttons, result, reasons);
}

function time(when) {
  return when.toLocaleTimeString(texts.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** 2015-05-01 → 2015年5月1日; anything else stays as it is. */
function day(iso) {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso) ?? [];
  return year ? texts.day(year, Number(month), Number(date)) : iso;
}

/** The first line is what to do now. */
function urgentWords(text) {
  const end = text.indexOf("\n");
  const lead = end < 0 ? text : text.slice(0, end);
  return [h("strong", { class: "lead" }, ...withPhones(lead)), ...withPhones(text.slice(lead.length))];
}

function withPhones(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(PHONE)) {
    parts.push(text.slice(end, match.index), h("a", { href: `tel:${match[0].replace(/\D/g, "")}` }, match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}
