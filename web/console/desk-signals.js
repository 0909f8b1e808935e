// What calls an agent who looks elsewhere: a sound and the page's title.

import { me } from "./api.js";
import { D } from "./desk-texts.js";

const KEY = "jinwen:desk:sound";
const TITLE = document.title;

class Ring {
  #audio = null;
  on = localStorage.getItem(KEY) !== "off";

  toggle() {
    this.on = !this.on;
    localStorage.setItem(KEY, this.on ? "on" : "off");
    if (this.on) this.#sound(660);
  }

  /** Compares what was with what is: rings for a new offer, and for new words of a customer who is not open. */
  heard(before, now, open) {
    const asks = (state) => new Set((state?.waiting ?? []).filter((l) => l.state === "offered" && l.agent === me.name).map((l) => l.id));
    const owes = (state) => new Set((state?.mine ?? []).filter((l) => l.customer_at).map((l) => l.id));
    const offers = [...asks(now)].filter((id) => !asks(before).has(id));
    // Whom one has taken just now one knows of.
    const mine = new Set((before?.mine ?? []).map((l) => l.id));
    const words = [...owes(now)].filter((id) => mine.has(id) && !owes(before).has(id) && (id !== open || document.hidden));
    if (offers.length) this.#sound(880);
    else if (words.length) this.#sound(660);
    const waiting = asks(now).size + owes(now).size;
    const what = asks(now).size ? D.state.offered : D.newWords;
    document.title = waiting ? `（${waiting}）${what} · ${TITLE}` : TITLE;
  }

  #sound(pitch) {
    if (!this.on) return;
    try {
      this.#audio ??= new AudioContext();
      this.#audio.resume(); // browsers keep it still until the page was touched once
      const tone = this.#audio.createOscillator();
      const volume = this.#audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.15, this.#audio.currentTime);
      volume.gain.exponentialRampToValueAtTime(0.001, this.#audio.currentTime + 0.4);
      tone.connect(volume).connect(this.#audio.destination);
      tone.start();
      tone.stop(this.#audio.currentTime + 0.4);
    } catch {
      this.on = false; // a machine without sound
    }
  }
}

export const ring = new Ring();

/** Seconds as a clock: 2:05, 1:02:05. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((n, i) => (i ? String(n).padStart(2, "0") : String(n))).join(":");
}

export const since = (iso) => (Date.now() - new Date(iso)) / 1000;
