// Server-sent events over fetch: reconnects with jittered backoff from the last id it saw.

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
const SILENCE = 40_000; // the server breaks its silence every 15 s

export class EventStream {
  #connect;
  #handlers;
  #run = null; // the present run; stopping and starting again makes another
  #attempt = 0;
  #abort = null;
  #wakeUp = null;

  /**
   * @param {(signal: AbortSignal) => Promise<Response>} connect opens the stream after the last id
   * @param {{onEvent: Function, onOpen: Function, onLost: Function, onRefused: Function}} handlers
   *   onRefused(error) says whether to go on trying
   */
  constructor(connect, handlers) {
    this.#connect = connect;
    this.#handlers = handlers;
  }

  start() {
    if (this.#run) return;
    this.#attempt = 0;
    this.#loop((this.#run = {}));
  }

  stop() {
    this.#run = null;
    this.kick();
  }

  /** Reconnects at once: the network is back, or something says the connection is dead. */
  kick() {
    this.#abort?.abort();
    this.#wakeUp?.();
  }

  async #loop(run) {
    while (this.#run === run) {
      const abort = (this.#abort = new AbortController());
      try {
        await this.#read(await this.#connect(abort.signal), abort);
      } catch (error) {
        // Lost connections are what the loop is for; a refusal may be final.
        if (this.#run === run && error.status && !this.#handlers.onRefused(error)) this.#run = null;
      }
      if (this.#run !== run) return;
      this.#handlers.onLost();
      await this.#pause();
    }
  }

  async #read(response, abort) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    let watchdog = 0;
    try {
      for (;;) {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), SILENCE);
        const { value, done } = await reader.read();
        if (done) return;
        if (this.#attempt !== null) this.#handlers.onOpen();
        this.#attempt = null; // the next loss starts counting anew
        const blocks = (buffer + value).split("\n\n");
        buffer = blocks.pop();
        for (const block of blocks) this.#dispatch(block);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  #dispatch(block) {
    const fields = {};
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
    }
    if (fields.data) this.#handlers.onEvent(fields.event, JSON.parse(fields.data));
  }

  async #pause() {
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.#attempt ?? 0));
    this.#attempt = (this.#attempt ?? 0) + 1;
    await new Promise((resolve) => {
      this.#wakeUp = resolve;
      setTimeout(resolve, delay * (0.5 + Math.random() / 2)); // not all clients at once
    });
    this.#wakeUp = null;
  }
}
