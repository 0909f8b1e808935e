// The chat API over fetch: one method an operation, two kinds of failure.

const TIMEOUT = 15_000;
const ANSWER_TIMEOUT = 70_000; // a server that is starting holds a message for 45 s

/** The server did not answer: try again later, nothing is known about what happened. */
export class Unreachable extends Error {}

/** The server refused; `kind` is the last part of the problem's type, `retryAfter` are seconds or null. */
export class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.kind = (problem.type || "").split(":").pop();
    this.retryAfter = retryAfter;
  }
}

export class ChatClient {
  /**
   * @param {string} server address of the gateway, such as https://chat.bank.example
   * @param {string} scene code of the link or QR code by which the customer came
   */
  constructor(server, scene = "") {
    this.server = server.replace(/\/$/, "");
    this.scene = /^[\w-]{1,60}$/.test(scene) ? scene : "";
  }

  open() {
    return this.#call("/api/v1/sessions", { body: this.scene ? { scene: this.scene } : {} });
  }

  send(session, message) {
    return this.#call(`${talk(session)}/messages`, { body: message, timeout: ANSWER_TIMEOUT });
  }

  history(session, after) {
    return this.#call(`${talk(session)}/messages?limit=100&after=${after}`);
  }

  feedback(session, feedback) {
    return this.#call(`${talk(session)}/feedback`, { body: feedback });
  }

  async typing(session) {
    await this.#fetch(`${talk(session)}/typing`, { method: "POST", signal: AbortSignal.timeout(TIMEOUT) });
  }

  survey(session, answer) {
    return this.#call(`${talk(session)}/survey`, { body: answer });
  }

  /** Makes the session a customer's by the bank's signed word. */
  identify(session, token) {
    return this.#call(`${talk(session)}/identity`, { body: { token } });
  }

  /** {ready, waiting_for}; a 503 of the readiness check is an answer, too. */
  async readiness() {
    const response = await this.#fetch("/readyz", {});
    return response.json();
  }

  /** The open response of the event stream. */
  async events(session, after, signal) {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
    const response = await this.#fetch(`${talk(session)}/events`, { headers, signal });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async #call(path, { body, timeout = TIMEOUT } = {}) {
    const request = { signal: AbortSignal.timeout(timeout) };
    if (body !== undefined) {
      request.method = "POST";
      request.headers = { "Content-Type": "application/json" };
      request.body = JSON.stringify(body);
    }
    const response = await this.#fetch(path, request);
    if (!response.ok) throw await refusal(response);
    try {
      return await response.json();
    } catch (error) {
      throw new Unreachable("answer broke off", { cause: error });
    }
  }

  async #fetch(path, request) {
    try {
      return await fetch(this.server + path, { cache: "no-store", credentials: "omit", ...request });
    } catch (error) {
      throw new Unreachable(String(error), { cause: error });
    }
  }
}

function talk(session) {
  return `/api/v1/sessions/${encodeURIComponent(session)}`;
}

async function refusal(response) {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const problem = await response.json().catch(() => ({})); // a proxy's page instead of ours
  return new Refused(response.status, problem, Number.isNaN(seconds) ? null : seconds);
}
