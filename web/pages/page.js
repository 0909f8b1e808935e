// The examples beside the chat ask themselves when clicked.
const chat = document.querySelector("jinwen-chat");
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => chat.ask(button.dataset.ask));
}

// In a demonstration /#login=demo-1 signs a made-up customer in, as a bank's page does with the word of its own login.
const customer = new URLSearchParams(location.hash.slice(1)).get("login");
if (customer) {
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch("/api/demo/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ customer }),
  });
  if (answer.ok) {
    await customElements.whenDefined("jinwen-chat");
    await chat.signIn((await answer.json()).token);
  }
}
