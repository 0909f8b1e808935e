// Signing in, and the ways from one of the staff's pages to the others.

import { may, signIn } from "./api.js";
import { h, show } from "./dom.js";
import { T } from "./texts.js";

const ROOMS = [["/staff", "kg:draft"], ["/staff/desk", "desk:agent"], ["/staff/supervisor", "desk:supervise"]];

/** Links to the other pages that one may use. */
export function rooms(here) {
  return ROOMS.filter(([path, scope]) => path !== here && may(scope)).map(([path]) => h("a", { class: "room", href: path }, T.rooms[path]));
}

export function signInPage(app, brand, start) {
  const name = h("input", { name: "name", autocomplete: "username", required: true, maxlength: 64, "aria-label": T.name, placeholder: T.name });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 200, "aria-label": T.password, placeholder: T.password });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const form = h("form", { class: "sign-in card", onsubmit: async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    try {
      await signIn(name.value.trim(), password.value);
      start();
    } catch (error) {
      wrong.textContent = error.message;
      password.value = "";
      password.focus();
    }
  } }, h("h1", {}, `金问 · ${brand}`), name, password, wrong, h("button", { class: "main" }, T.signIn));
  show(app, form);
  name.focus();
}
