// The page of the simulators: what the user sees and does. Text is only ever set as text.
const user = sessionStorage.getItem("user") ?? `o-${crypto.randomUUID().slice(0, 8)}`;
sessionStorage.setItem("user", user);

const screen = document.querySelector(".screen");
const input = document.querySelector("#text");
let known = 0;

async function act(what) {
  const sent = fetch(`/act/${user}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(what),
  });
  await look();
  await sent;
  await look();
}

function line(item) {
  const entry = document.createElement("li");
  entry.className = item.from;
  entry.textContent = item.text;
  for (const choice of item.menu ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = choice.content;
    button.addEventListener("click", () => act({ text: choice.content, menu: choice.id }));
    entry.append(button);
  }
  return entry;
}

async function look() {
  const seen = await (await fetch(`/screen/${user}`)).json();
  if (seen.title) {
    document.querySelector("h1").textContent = seen.title;
  }
  const login = document.querySelector(".login");
  login.hidden = !seen.login;
  login.href = seen.login ?? "";
  if (seen.screen.length === known) {
    return;
  }
  screen.append(...seen.screen.slice(known).map(line));
  known = seen.screen.length;
  screen.lastElementChild.scrollIntoView({ block: "end" });
}

document.querySelector(".say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  input.value = "";
  if (text) {
    act({ text });
  }
});
for (const button of document.querySelectorAll(".acts button")) {
  button.addEventListener("click", () => act({ ...button.dataset }));
}
setInterval(look, 1000);
look();
