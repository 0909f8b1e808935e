// <jinwen-chat>: the bank's assistant on any page, by one script tag. docs/widget.md says how to embed it.

import { Conversation } from "./conversation.js";
import { h, icon, mark } from "./dom.js";
import { download, inviteView, mayInvite, surveyView } from "./extras.js";
import { sheet } from "./styles.js";
import { texts, useLanguage } from "./texts.js";
import { choicesView, dividerView, replyView, saidView, showDelivery } from "./view.js";

const LARGE = "jinwen:large";
const WAVED = "jinwen:invited";
const INVITE_DAYS = 7;
const NEAR_END = 80; // pixels from the end of the log that count as its end

export class JinwenChat extends HTMLElement {
  #talk = null;
  #parts = {};
  #open = false;
  #unread = 0;
  #link = "connecting";
  #readiness = null;

  connectedCallback() {
    if (this.#talk) return this.#resume();
    useLanguage(this.closest("[lang]")?.lang);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#parts = this.#build();
    root.append(...[this.#parts.launcher, this.#parts.panel].filter(Boolean));
    this.#talk = new Conversation(
      this.#server,
      sessionKeeper(this.#server, this.hasAttribute("remember")),
      this.getAttribute("scene") ?? new URLSearchParams(location.search).get("scene") ?? "",
    );
    this.#listen();
    this.toggleAttribute("large", stored(() => localStorage, LARGE) === "1" || this.hasAttribute("large"));
    this.#showLarge();
    if (this.#inline || this.hasAttribute("open")) this.show();
    else this.#showOpen();
    if (this.hasAttribute("invite")) this.invite(this.getAttribute("invite"));
  }

  disconnectedCallback() {
    this.#talk?.pause();
  }

  /** Opens the panel and puts the cursor into it. */
  show({ focus = !this.#inline } = {}) {
    this.#open = true;
    this.#parts.invite?.remove();
    this.#unread = 0;
    this.#showOpen();
    this.#talk.start();
    if (focus) this.#parts.input.focus();
  }

  /** Closes the panel; the conversation goes on when it is opened again. */
  hide() {
    if (this.#inline) return;
    this.#open = false;
    this.#showOpen();
    this.#talk.pause();
    this.#parts.launcher.focus();
  }

  /** Sends a question as if it had been typed. */
  ask(text) {
    if (!this.#open) this.show();
    this.#say(text);
  }

  /** Hands over the bank's signed word on who the customer is. Rejects when it is not good. */
  async signIn(token) {
    await this.#talk.signIn(token);
  }

  /** Shows a line beside the launcher, unless the chat is open or the customer waved one away within the week. */
  invite(words) {
    if (this.#open || this.#inline || !mayInvite(stored(() => localStorage, WAVED), INVITE_DAYS)) return;
    this.#parts.invite?.remove();
    const wave = () => {
      store(() => localStorage, WAVED, String(Date.now()));
      this.#parts.invite.remove();
    };
    this.#parts.invite = inviteView(words, () => this.show(), wave);
    this.#parts.launcher.before(this.#parts.invite);
  }

  /** Asks what the customer thinks of the conversation. */
  survey() {
    if (!this.#open) this.show();
    this.#parts.survey?.remove();
    const close = () => {
      this.#parts.survey.remove();
      this.#parts.input.focus();
    };
    this.#parts.survey = surveyView((...answer) => this.#talk.answerSurvey(...answer), close);
    this.#parts.typing.before(this.#parts.survey);
    this.#parts.survey.querySelector("input").focus();
  }

  get #inline() {
    return this.getAttribute("mode") === "inline";
  }

  get #server() {
    // A proxy may serve us below a path: what lies above /widget/ is the gateway.
    return new URL(this.getAttribute("server") || new URL("..", import.meta.url), location.href).href;
  }

  #resume() {
    if (this.#open) this.#talk.start();
  }

  #build() {
    const heading = this.getAttribute("heading") || texts.heading;
    const parts = {};
    parts.launcher = this.#inline
      ? null
      : h("button", { type: "button", class: "launcher", "aria-label": texts.open, onclick: () => this.show() },
          icon("chat"), h("span", { class: "label" }, texts.opened), (parts.badge = h("span", { class: "badge", hidden: true })));
    parts.large = h("button", { type: "button", class: "tool words", "aria-pressed": "false", onclick: () => this.#toggleLarge() });
    parts.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": texts.log, tabindex: 0 });
    parts.typing = h("div", { class: "typing", role: "status" });
    parts.newer = h("button", { type: "button", class: "newer", hidden: true, onclick: () => this.#toEnd() }, icon("arrow"), texts.newer);
    parts.banner = h("div", { class: "banner", role: "status" });
    parts.input = h("textarea", { rows: 1, "aria-label": texts.placeholder, placeholder: texts.placeholder, enterkeyhint: "send", autocomplete: "off" });
    parts.count = h("span", { class: "count", role: "status" });
    parts.send = h("button", { type: "submit", class: "send", "aria-label": texts.send, title: texts.send }, icon("send"));
    parts.form = h("form", { class: "composer" }, parts.input, parts.count, parts.send);
    const tools = h("div", { class: "tools" }, parts.large,
      h("button", { type: "button", class: "tool", "aria-label": texts.newTalk, title: texts.newTalk, onclick: () => this.#renew() }, icon("fresh")),
      this.#inline ? null
        : h("button", { type: "button", class: "tool", "aria-label": texts.close, title: texts.close, onclick: () => this.hide() }, icon("close")));
    const title = h("div", { class: "title" }, h("h2", {}, heading), h("p", {}, this.getAttribute("subtitle") || texts.subtitle));
    parts.panel = h("section", { class: "panel", role: this.#inline ? "region" : "dialog", "aria-label": heading },
      h("header", {}, mark(), title, tools), parts.banner,
      h("div", { class: "middle" }, parts.log, parts.newer), parts.typing, parts.form,
      h("div", { class: "small-print" }, h("p", {}, texts.foot),
        h("button", { type: "button", class: "plain", onclick: () => this.#download() }, texts.download),
        h("button", { type: "button", class: "plain", onclick: () => this.survey() }, texts.survey)));
    return parts;
  }

  #listen() {
    const { form, input, log, panel } = this.#parts;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    input.addEventListener("keydown", (event) => {
      // While an input method composes, Enter picks a candidate; 229 is what some report instead.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
    input.addEventListener("input", () => {
      this.#showLength();
      this.#talk.typing();
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.hide();
    });
    // Files are refused with a word: nothing of them leaves the customer's machine.
    input.addEventListener("paste", (event) => event.clipboardData?.files.length && this.#refuseFiles(event));
    panel.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
    panel.addEventListener("drop", (event) => event.dataTransfer?.files.length && this.#refuseFiles(event));
    log.addEventListener("scroll", () => this.#atEnd() && this.#parts.newer.toggleAttribute("hidden", true), { passive: true });
    window.addEventListener("online", () => this.#open && this.#talk.check());
    window.visualViewport?.addEventListener("resize", () => this.#fitKeyboard());
    this.#follow({
      reset: (how) => this.#showReset(how),
      expired: () => log.append(dividerView(texts.expired)),
      greeting: (message) => this.#showReply({ message, at: new Date().toISOString() }),
      said: (message) => this.#showSaid(message),
      state: (message) => this.#showState(message),
      replied: (exchange) => this.#showReply(exchange),
      typing: (on) => this.#showTyping(on),
      link: (link) => this.#showLink(link),
      ready: (readiness) => this.#showReadiness(readiness),
    });
  }

  #follow(handlers) {
    for (const [name, handle] of Object.entries(handlers)) {
      this.#talk.addEventListener(name, (event) => handle(event.detail));
    }
  }

  #submit() {
    const text = this.#parts.input.value.trim();
    if (!text || this.#left() < 0) return;
    this.#parts.input.value = "";
    this.#showLength();
    this.#say(text);
  }

  #say(text, payload = "") {
    for (const old of this.#parts.log.querySelectorAll(".choices")) old.remove();
    this.#talk.say(text, payload);
    this.#toEnd();
  }

  #choose(choice) {
    this.#say(choice.text || choice.label, choice.payload);
    this.#parts.input.focus({ preventScroll: true });
  }

  async #renew() {
    await this.#talk.renew();
    this.#parts.input.focus();
  }

  async #download() {
    try {
      download(await this.#talk.history());
    } catch {
      this.#parts.log.append(dividerView(texts.unreachable));
      this.#toEnd();
    }
  }

  #refuseFiles(event) {
    event.preventDefault();
    this.#parts.log.append(dividerView(texts.noFiles));
    this.#toEnd();
  }

  #showReset(how) {
    this.#parts.log.replaceChildren(...(how?.joined ? [] : [dividerView(texts.newTalkStarted)]));
  }

  #showSaid(message) {
    const element = saidView(message, (id) => this.#talk.retry(id));
    if (message.state === "sent") this.#put(message.seq, element);
    else this.#parts.log.append(element);
  }

  /** What the server has placed stands where it belongs, as in the transcript: before later exchanges, which may have come
   * sooner by another way, and before what was typed here and has no place yet. */
  #put(seq, ...elements) {
    const { log } = this.#parts;
    const open = this.#later(seq) ?? log.querySelector('.said[data-state="pending"], .said[data-state="waiting"]');
    if (open) open.before(...elements);
    else log.append(...elements);
  }

  /** Where the first exchange after place `seq` begins: with what the customer said, if he said it. */
  #later(seq) {
    const replies = seq ? [...this.#parts.log.querySelectorAll(".reply[data-seq]")] : [];
    const later = replies.find((reply) => Number(reply.dataset.seq) > seq);
    const before = later?.previousElementSibling;
    return before?.matches(".said") ? before : later;
  }

  #showState(message) {
    const element = this.#parts.log.querySelector(`[data-message="${CSS.escape(message.id)}"]`);
    if (element) showDelivery(element, message, (id) => this.#talk.retry(id));
  }

  #showReply(exchange) {
    const { log, newer } = this.#parts;
    const follow = this.#atEnd();
    const late = Boolean(this.#later(exchange.seq));
    // Older choices may mean something else by now.
    for (const old of late ? [] : log.querySelectorAll(".choices, .focus .or, .focus .correction")) old.remove();
    const element = replyView(exchange, {
      onRate: (...rating) => this.#talk.rate(...rating),
      onCorrect: (choice) => this.#choose(choice),
      onChoose: (choice) => this.#choose(choice),
    });
    const choices = late ? [] : exchange.message.choices;
    this.#put(exchange.seq, element, ...(choices.length ? [choicesView(choices, (choice) => this.#choose(choice))] : []));
    if (!follow) newer.hidden = false;
    // A reply longer than the window is read from its beginning.
    else if (element.offsetHeight > log.clientHeight) log.scrollTop = element.offsetTop - log.offsetTop - 8;
    else this.#toEnd();
    if (!this.#open && exchange.seq) this.#unread += 1;
    this.#showOpen();
  }

  #showTyping(on) {
    const { typing } = this.#parts;
    const follow = this.#atEnd();
    typing.classList.toggle("on", on);
    typing.replaceChildren(...(on ? [h("span", {}, this.#talk.person ? texts.personTyping : texts.typing), h("i"), h("i"), h("i")] : []));
    if (on && follow) this.#toEnd();
  }

  #showLink(link) {
    this.#link = link;
    this.#showBanner();
  }

  #showReadiness(readiness) {
    this.#readiness = readiness;
    this.#showBanner();
  }

  #showBanner() {
    let words = "";
    if (this.#link === "offline") words = texts.offline;
    else if (this.#readiness && !this.#readiness.ready) {
      words = this.#readiness.waiting_for ? texts.starting(this.#readiness.waiting_for) : texts.startingPlain;
    } else if (this.#link === "connecting") words = texts.connecting;
    if (this.#parts.banner.textContent !== words) this.#parts.banner.textContent = words;
    this.#parts.banner.classList.toggle("lost", this.#link === "offline");
  }

  #showOpen() {
    const { launcher, panel, badge } = this.#parts;
    panel.toggleAttribute("hidden", !this.#open);
    if (!launcher) return;
    launcher.setAttribute("aria-expanded", String(this.#open));
    launcher.toggleAttribute("hidden", this.#open);
    badge.hidden = !this.#unread;
    badge.replaceChildren(String(this.#unread), h("span", { class: "unseen" }, texts.unread(this.#unread)));
  }

  #toggleLarge() {
    const large = this.toggleAttribute("large");
    store(() => localStorage, LARGE, large ? "1" : null);
    this.#showLarge();
    this.#toEnd();
  }

  #showLarge() {
    const large = this.hasAttribute("large");
    this.#parts.large.textContent = large ? texts.normal : texts.large;
    this.#parts.large.setAttribute("aria-pressed", String(large));
  }

  #left() {
    return (this.#talk.limits?.max_text ?? 2_000) - this.#parts.input.value.trim().length;
  }

  #showLength() {
    const { input, count, send } = this.#parts;
    const left = this.#left();
    input.style.height = "auto"; // by CSSOM, which a strict content policy allows
    input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
    count.textContent = left < 0 ? texts.tooLong(left) : left < 100 ? texts.left(left) : "";
    count.classList.toggle("over", left < 0);
    send.disabled = left < 0;
  }

  #fitKeyboard() {
    this.style.setProperty("--visible", `${window.visualViewport.height}px`);
    this.#toEnd();
  }

  #atEnd() {
    const { log } = this.#parts;
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  }

  #toEnd() {
    this.#parts.log.scrollTop = this.#parts.log.scrollHeight;
    this.#parts.newer.hidden = true;
  }
}

/** Where the conversation of this page is kept: for the tab, or with `remember` for the browser. */
function sessionKeeper(server, remember) {
  const storage = () => (remember ? localStorage : sessionStorage);
  const key = `jinwen:talk:${server}`;
  return {
    load: () => JSON.parse(stored(storage, key) ?? "null"),
    save: (talk) => store(storage, key, talk && JSON.stringify(talk)),
    loadQueue: () => JSON.parse(stored(storage, `jinwen:unsent:${server}`) ?? "[]"),
    saveQueue: (queue) => store(storage, `jinwen:unsent:${server}`, queue.length ? JSON.stringify(queue) : null),
  };
}

// Browsers that keep nothing for third parties throw at the first touch; then nothing is kept.
function stored(storage, key) {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function store(storage, key, value) {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    return; // the conversation then lasts as long as the page
  }
}

/** One script tag is enough: without a <jinwen-chat> on the page it adds one, as its data attributes say. */
function mountBySelf() {
  const script = [...document.querySelectorAll("script[type=module]")].find(({ src }) => src === import.meta.url);
  const { mount = "launcher", ...options } = script?.dataset ?? { mount: "none" };
  if (mount === "none" || document.querySelector("jinwen-chat")) return;
  const element = document.createElement("jinwen-chat");
  for (const [name, value] of Object.entries({ mode: mount, ...options })) element.setAttribute(name, value);
  document.body.append(element);
}

customElements.define("jinwen-chat", JinwenChat);
mountBySelf();
