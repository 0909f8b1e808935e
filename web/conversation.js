// One conversation: what was said and what came back, each once, through reloads, outages and restarts.
// It knows nothing of the page; it tells the page by events.

import { ChatClient, Refused, Unreachable } from "./client.js";
import { EventStream } from "./stream.js";

const READY_INTERVAL = 1_000;
const OPEN_DELAYS = [500, 1_000, 2_000, 4_000, 8_000];
const MOST_ATTEMPTS = 8;
const MOST_KEPT = 20;
const TYPING_EVERY = 3_000;

/**
 * Events (detail): reset ({joined} after signing in); greeting (message); said ({id, text, state, note}); state (the same);
 * replied (exchange); typing (boolean); link ("connecting" | "online" | "offline"); ready ({ready, waiting_for});
 * expired.
 */
export class Conversation extends EventTarget {
  #client;
  #storage;
  #stream;
  #talk = null; // {session, greeting, limits}
  #followed = null; // the session that the stream was opened for
  #started = false;
  #opening = null;
  #cursor = 0; // everything up to here came by history or stream
  #seen = new Set();
  #told = new Set(); // ids of messages whose replies are known
  #sent = new Map(); // message id → {id, text, payload, state, attempts}
  #queue = []; // what is still to be delivered, in the order it was said: none may overtake another
  #delivering = false;
  #remoteTyping = false;
  #watching = false;
  #person = false; // a person speaks
  #toldTyping = 0;

  /** @param storage {load, save} of the conversation, and optional {loadQueue, saveQueue} of what was not delivered */
  constructor(server, storage, scene = "") {
    super();
    this.#client = new ChatClient(server, scene);
    this.#storage = storage;
    this.#stream = new EventStream((signal) => this.#follow(signal), {
      onEvent: (name, data) => this.#received(name, data),
      onOpen: () => this.#connected(),
      onLost: () => this.#tell("link", "offline"),
      onRefused: (error) => this.#streamRefused(error),
    });
  }

  get limits() {
    return this.#talk?.limits ?? null;
  }

  /** Shows what was said before, or opens a new conversation, and follows it. */
  async start() {
    this.#tell("link", "connecting");
    this.#watchReadiness();
    if (!this.#started) {
      this.#started = true;
      this.#talk = this.#storage.load();
      const left = this.#storage.loadQueue?.() ?? [];
      if (this.#talk) await this.#restore();
      for (const kept of left) this.#sayAgain(kept);
    }
    await this.#ensureOpen();
    this.#stream.start();
  }

  /** Stops following; what comes meanwhile is fetched by the next start. */
  pause() {
    this.#stream.stop();
  }

  /** Looks at once whether the connection lives. */
  check() {
    this.#stream.kick();
  }

  say(text, payload = "") {
    const message = { id: crypto.randomUUID?.() ?? randomId(), text, payload, state: "pending", attempts: 0 };
    this.#sent.set(message.id, message);
    this.#tell("said", { ...message });
    this.#enqueue(message);
  }

  #sayAgain({ id, text, payload }) {
    if (this.#sent.has(id) || this.#told.has(id)) return; // its reply is in the history
    const message = { id, text, payload, state: "pending", attempts: 0 };
    this.#sent.set(id, message);
    this.#tell("said", { ...message });
    this.#enqueue(message);
  }

  /** Whether a person speaks. */
  get person() {
    return this.#person;
  }

  /** The customer is typing: the person who serves him sees that. */
  typing() {
    if (!this.#person || !this.#talk || Date.now() - this.#toldTyping < TYPING_EVERY) return;
    this.#toldTyping = Date.now();
    this.#client.typing(this.#talk.session).catch(() => {}); // a sign, nothing more
  }

  retry(id) {
    const message = this.#sent.get(id);
    if (!message || message.state === "pending" || message.state === "sent") return;
    message.attempts = 0;
    this.#enqueue(message);
  }

  /** Keeps a thumb for a reply; rejects when it could not be kept. */
  async rate(seq, rating, reason) {
    await this.#client.feedback(this.#talk.session, { seq, rating, reason });
  }

  /** Leaves this conversation and opens a new one. */
  async renew() {
    this.#stream.stop();
    this.#forget();
    this.#sent.clear();
    this.#queue.length = 0;
    this.#tellTyping();
    this.#tell("reset");
    await this.#ensureOpen();
    this.#stream.start();
  }

  /** Everything that was said, oldest first. */
  async history() {
    let page;
    const items = [];
    do {
      page = await this.#client.history(this.#talk.session, items.at(-1)?.seq ?? 0);
      items.push(...page.items);
    } while (page.next_after !== null);
    return items;
  }

  /** Keeps what the customer thinks of the conversation; rejects when it could not be kept. */
  async answerSurvey(score, comment) {
    await this.#client.survey(this.#talk.session, { score, comment });
  }

  /** The conversation is the customer's from now on: what was said on other devices joins it. Rejects when the bank's
   * word is not good. */
  async signIn(token) {
    await this.#ensureOpen();
    await this.#client.identify(this.#talk.session, token);
    this.#stream.stop();
    this.#cursor = 0;
    this.#seen.clear();
    for (const message of this.#sent.values()) if (message.state === "sent") this.#sent.delete(message.id);
    this.#tell("reset", { joined: true });
    await this.#restore();
    for (const message of this.#queue) this.#tell("said", { ...message });
    this.#stream.start();
  }

  async #restore() {
    const talk = this.#talk;
    try {
      const items = await this.history();
      this.#tell("greeting", talk.greeting);
      for (const exchange of items) this.#accept(exchange);
      this.#cursor = Math.max(this.#cursor, items.at(-1)?.seq ?? 0);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) {
        this.#tell("greeting", talk.greeting); // the stream brings the rest when it gets through
        return;
      }
      this.#forget();
      this.#tell("expired");
    }
  }

  /** Opens a conversation if there is none; goes on trying while the server cannot be reached. */
  #ensureOpen() {
    if (this.#talk) return Promise.resolve();
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open() {
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.#talk = await this.#client.open();
        this.#storage.save(this.#talk);
        this.#tell("greeting", this.#talk.greeting);
        return;
      } catch (error) {
        if (error instanceof Refused && error.status < 500 && error.status !== 429) throw error;
        this.#tell("link", "offline");
        await sleep((error.retryAfter ?? 0) * 1_000 || OPEN_DELAYS[Math.min(attempt, OPEN_DELAYS.length - 1)]);
      }
    }
  }

  /** Lets go of the conversation; what could not be sent goes into the next one. */
  #forget() {
    this.#talk = null;
    this.#cursor = 0;
    this.#remoteTyping = false;
    this.#seen.clear();
    for (const message of this.#sent.values()) if (message.state === "sent") this.#sent.delete(message.id);
    this.#storage.save(null);
  }

  #follow(signal) {
    this.#followed = this.#talk.session;
    return this.#client.events(this.#followed, this.#cursor, signal);
  }

  #enqueue(message) {
    if (!this.#queue.includes(message)) this.#queue.push(message);
    this.#keepQueue();
    this.#set(message, "pending");
    this.#deliverAll();
  }

  /** Sends what is queued, one after the other; stops where the server cannot be reached. */
  async #deliverAll() {
    if (this.#delivering) return;
    this.#delivering = true;
    while (this.#queue.length > 0) {
      const message = this.#queue[0];
      await this.#deliver(message);
      if (message.state === "waiting") break;
      if (this.#queue[0] === message) this.#queue.shift(); // unless the customer began anew meanwhile
      this.#keepQueue();
    }
    this.#delivering = false;
  }

  /** What was not delivered outlives the page, to a limit. */
  #keepQueue() {
    this.#storage.saveQueue?.(this.#queue.slice(0, MOST_KEPT).map(({ id, text, payload }) => ({ id, text, payload })));
  }

  async #deliver(message) {
    this.#set(message, "pending");
    message.attempts += 1;
    let session = null;
    try {
      await this.#ensureOpen();
      session = this.#talk.session;
      const body = { message_id: message.id, text: message.text, payload: message.payload };
      const reply = await this.#client.send(session, body);
      if (session === this.#talk?.session) this.#accept({ ...reply, text: message.text });
    } catch (error) {
      await this.#undelivered(message, session, error);
    }
  }

  async #undelivered(message, session, error) {
    // Its reply came down the stream meanwhile, or the customer began anew.
    if (message.state === "sent" || this.#sent.get(message.id) !== message) return;
    const again = message.attempts < MOST_ATTEMPTS;
    if (error instanceof Unreachable && again) {
      this.#set(message, "waiting");
      this.#stream.kick(); // once it is through, what waits is sent again under the same id
    } else if (error instanceof Refused && error.kind === "unknown-session" && message.attempts < 3) {
      this.#lose(session);
      await this.#deliver(message);
    } else if (error instanceof Refused && error.retryAfter !== null && again) {
      await sleep(error.retryAfter * 1_000);
      if (this.#sent.get(message.id) !== message) return;
      await this.#deliver(message);
    } else {
      this.#set(message, "failed", error instanceof Refused ? error.message : "");
    }
  }

  /** The server no longer knows this session: go on in a new one. */
  #lose(session) {
    if (!session || session !== this.#talk?.session) return; // somebody noticed before
    this.#stream.stop();
    this.#forget();
    this.#tell("expired");
    this.#ensureOpen().then(() => this.#stream.start());
  }

  #set(message, state, note = "") {
    message.state = state;
    this.#tell("state", { ...message, note });
    this.#tellTyping();
  }

  #accept(exchange) {
    if (this.#seen.has(exchange.seq)) return;
    if (exchange.seq) this.#seen.add(exchange.seq); // 0: an apology that the server could not keep
    this.#told.add(exchange.message_id);
    const message = this.#sent.get(exchange.message_id);
    if (!message && exchange.message_id) {
      this.#tell("said", { id: exchange.message_id, text: exchange.text, state: "sent", seq: exchange.seq });
    }
    if (message) this.#set(message, "sent");
    this.#person = served(exchange, this.#person);
    if (exchange.message.text) this.#tell("replied", exchange); // while a person speaks, the bot says nothing
  }

  #received(name, data) {
    if (name === "reply") {
      this.#cursor = Math.max(this.#cursor, data.seq);
      // The stream of another replica has no figures of the customer's own: the answer to the POST brings them.
      const own = this.#sent.get(data.message_id);
      if (data.private && own && own.state !== "sent") return;
      this.#accept(data);
    } else if (name === "typing") {
      this.#remoteTyping = data.on;
      this.#tellTyping();
    }
  }

  #connected() {
    this.#tell("link", "online");
    this.#watchReadiness();
    this.#deliverAll();
  }

  #streamRefused(error) {
    if (error.kind !== "unknown-session") return true;
    this.#lose(this.#followed);
    return false;
  }

  #tellTyping() {
    const answering = [...this.#sent.values()].some((message) => message.state === "pending");
    this.#tell("typing", answering || this.#remoteTyping);
  }

  async #watchReadiness() {
    if (this.#watching) return;
    this.#watching = true;
    for (let known = false; !known; ) {
      try {
        const state = await this.#client.readiness();
        this.#tell("ready", state);
        known = state.ready;
      } catch (error) {
        if (!(error instanceof Unreachable || error instanceof SyntaxError)) throw error;
        break; // the stream tells when the server is back
      }
      if (!known) await sleep(READY_INTERVAL);
    }
    this.#watching = false;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** For pages without TLS, where randomUUID is missing. */
function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a person serves the customer after this exchange: one has come or speaks; not any more once the bot answers
 * or he is asked to rate. */
function served({ message, message_id: asked, outcome }, before) {
  if (message.speaker) return true;
  if (!message.text) return before; // said to a person: nobody has answered yet
  return !asked && outcome === "handoff" && !message.choices.length;
}
