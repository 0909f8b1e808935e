// The examples beside the chat ask themselves when clicked.
const chat = document.querySelector("jinwen-chat");
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => chat.ask(button.dataset.ask));
}
