// The frame: signing in, navigation, and which page the address names.

import { may, me, Refused, signOut, whoAmI } from "./api.js";
import { action, h, notice, show } from "./dom.js";
import { customersPage } from "./customers.js";
import { draftPage } from "./draft.js";
import { draftsPage } from "./drafts.js";
import { entityPage, graphPage } from "./graph.js";
import { gapsPage, goldenPage, journalPage, logPage } from "./lists.js";
import { peoplePage } from "./people.js";
import { rooms, signInPage } from "./signing-in.js";
import { T } from "./texts.js";

const app = document.getElementById("app");

const PAGES = [
  ["drafts", "kg:read", draftsPage],
  ["log", "kg:read", logPage],
  ["graph", "kg:read", graphPage],
  ["golden", "kg:read", goldenPage],
  ["gaps", "turns:read", gapsPage],
  ["journal", "audit:read", journalPage],
  ["customers", "customers:read", customersPage],
  ["people", "users:manage", peoplePage],
];
const OTHERS = { draft: draftPage, entity: entityPage };

function start() {
  const nav = h("nav", { "aria-label": T.brand }, PAGES.filter(([, scope]) => may(scope)).map(([page]) =>
    h("a", { href: `#/${page}`, "data-page": page }, T.nav[page])));
  const main = h("main", { tabindex: -1 });
  show(app, h("header", { class: "top" },
    h("a", { class: "brand", href: "#/drafts" }, `金问 · ${T.brand}`),
    h("span", { class: "who" }, rooms("/staff"), me.name, action(T.signOut, signOut, { class: "plain light" }))),
    h("div", { class: "frame" }, nav, main));
  const turn = () => open(main, nav);
  window.onhashchange = turn;
  turn();
}

async function open(main, nav) {
  const [, page = "drafts", ...rest] = location.hash.split("/").map(decodeURIComponent);
  for (const link of nav.children) link.toggleAttribute("aria-current", link.dataset.page === page || (page === "draft" && link.dataset.page === "drafts") || (page === "entity" && link.dataset.page === "graph"));
  const known = PAGES.find(([name, scope]) => name === page && may(scope))?.[2] ?? OTHERS[page] ?? draftsPage;
  // A place of its own for every page: what answers late writes where nobody looks any more.
  const place = h("div", {}, h("p", { class: "quiet" }, T.loading));
  show(main, place);
  try {
    await known(place, rest.join("/"));
  } catch (error) {
    show(place, h("p", { class: "wrong" }, error.message));
  }
}

try {
  await whoAmI();
  start();
} catch (error) {
  signInPage(app, T.brand, start);
  if (!(error instanceof Refused && error.status === 401)) notice(error.message, true);
}
