// Building pages without markup in strings: text stays text, whatever an editor typed.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function show(parent, ...children) {
  parent.replaceChildren(...children.flat(3).filter(Boolean));
}

let hiding = 0;

export function notice(text, bad = false) {
  const box = document.getElementById("notice");
  box.textContent = text;
  box.className = bad ? "shown bad" : "shown";
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.className = ""; }, bad ? 9000 : 5000);
}

// A small dialog that asks for words; gives them, or null.
export function askFor(question, { label = "", required = true, confirm = "好", secret = false } = {}) {
  return new Promise((done) => {
    const words = (text) => text.split("\n").map((line) => h("p", {}, line));
    const input = secret ? h("input", { type: "password", autocomplete: "new-password", "aria-label": label, maxlength: 200 }) : label ? h("textarea", { rows: 3, "aria-label": label, maxlength: 2000 }) : null;
    const dialog = h("dialog", { onclose: () => { dialog.remove(); done(dialog.returnValue === "yes" ? input?.value.trim() ?? "" : null); } },
      h("form", { method: "dialog", onsubmit: (event) => {
        if (event.submitter?.value === "yes" && input && required && !input.value.trim()) { event.preventDefault(); input.focus(); }
      } },
        words(question), input,
        h("div", { class: "row end" },
          h("button", { value: "no", class: "plain" }, "取消"), h("button", { value: "yes", class: "main" }, confirm))));
    document.body.append(dialog);
    dialog.showModal();
    input?.focus();
  });
}

// A button that can't be pressed twice while its work goes on, and that says what went wrong.
export function action(label, work, attributes = {}) {
  const button = h("button", { type: "button", ...attributes, onclick: async () => {
    button.disabled = true;
    button.classList.add("busy");
    try { await work(); } catch (error) { notice(error.message, true); }
    button.disabled = false;
    button.classList.remove("busy");
  } }, label);
  return button;
}
