// A phone app's chat in small: the bank signs the customer in, a WebSocket carries the talk, and what was missed while
// the connection was away is asked for by the last sequence number. Text is only ever set as text.
const find = (name) => document.querySelector(name);
const talk = find(".talk");
const state = find(".state");
const input = find("#text");
const pending = new Map();
let token = "";
let socket = null;
let last = 0;
let pause = 500;

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error((await answer.json()).detail || "没有成功，请稍后再试");
  }
  return answer.json();
}

const signIn = async () => (await post("/api/demo/login", { customer: find("#customer").value })).token;

function line(text, kind) {
  const entry = document.createElement("li");
  entry.className = kind;
  entry.textContent = text;
  talk.append(entry);
  entry.scrollIntoView({ block: "end" });
  return entry;
}

function show(reply) {
  last = Math.max(last, reply.seq);
  if (pending.delete(reply.message_id) === false && reply.text) {
    line(reply.text, "mine");
  }
  if (!reply.message.text && !reply.message.offer) {
    return; // a person speaks: the bot says nothing
  }
  const { text, speaker, table, choices = [], sources = [], notices = [], offer } = reply.message;
  if (text) {
    const entry = line(speaker ? `人工客服 ${speaker}：${text}` : text, "theirs");
    for (const row of table?.rows ?? []) {
      const cells = row.slice(1).map((cell, n) => `${table.columns[n + 1]}：${cell}`);
      entry.append(document.createElement("br"), `${row[0]}　${cells.join("；")}`);
    }
    finish(entry, choices, [...sources.map((s) => `来源：${s.document} ${s.article}`), ...notices]);
  }
  if (offer) {
    finish(line(`${offer.label}：${offer.text}`, "theirs"), offer.choices, [offer.notice].filter(Boolean));
  }
}

/** Choices and small print at the end of an entry. */
function finish(entry, choices, notes) {
  for (const choice of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = choice.label;
    button.addEventListener("click", () => say(choice.text || choice.label, choice.payload));
    entry.append(button);
  }
  for (const note of notes) {
    const small = document.createElement("small");
    small.textContent = note;
    entry.append(small);
  }
  entry.scrollIntoView({ block: "end" });
}

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/app/socket`);
  socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "auth", token, after: last })));
  socket.addEventListener("message", async (event) => {
    const frame = JSON.parse(event.data);
    if (frame.type === "ready") {
      pause = 500;
      state.textContent = "已连接";
      pending.forEach((frame) => socket.send(JSON.stringify(frame)));
    } else if (frame.type === "reply") {
      show(frame);
    } else if (frame.type === "typing") {
      state.textContent = frame.on ? "正在输入……" : "已连接";
    } else if (frame.type === "reauthenticate") {
      token = await signIn();
      socket.send(JSON.stringify({ type: "auth", token, after: last }));
    } else if (frame.type === "problem") {
      pending.delete(frame.message_id);
      line(frame.detail || frame.title, "note");
    }
  });
  socket.addEventListener("close", async (event) => {
    state.textContent = "连接断开，正在重连……";
    await new Promise((resolve) => setTimeout(resolve, pause * (0.7 + Math.random() * 0.6)));
    pause = Math.min(pause * 2, 15000);
    if (event.code === 4401) {
      token = await signIn();
    }
    connect();
  });
}

function say(text, payload = "") {
  const frame = { type: "message", message_id: crypto.randomUUID(), text, ...(payload && { payload }) };
  pending.set(frame.message_id, frame);
  line(text, "mine");
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify(frame));
  }
}

async function enter() {
  try {
    token = await signIn();
    const asked = new URLSearchParams(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
    if (asked.has("ticket")) {
      await post(`/api/wechat/${asked.get("account")}/binding`, { ticket: asked.get("ticket"), token });
      line("微信已经和您的账户连在一起。", "note");
    }
  } catch (error) {
    state.textContent = error.message;
    return;
  }
  find(".login").hidden = true;
  talk.hidden = find(".say").hidden = false;
  input.focus();
  connect();
}

// Whoever serves the customer sees that he types.
let toldTyping = 0;
input.addEventListener("input", () => {
  if (socket?.readyState === WebSocket.OPEN && Date.now() - toldTyping > 3000) {
    toldTyping = Date.now();
    socket.send(JSON.stringify({ type: "typing" }));
  }
});

find(".enter").addEventListener("click", enter);
find(".say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  input.value = "";
  if (text) {
    say(text);
  }
});
