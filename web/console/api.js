// Talking to the API as the person who is signed in; a refusal comes as an Error with the server's own words.

import { T } from "./texts.js";

export const me = { name: "", scopes: [], csrf: "" };

export function may(scope) {
  return me.scopes.includes(scope);
}

export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export async function call(method, path, body, { raw = false } = {}) {
  const headers = { "X-CSRF-Token": me.csrf };
  if (body !== undefined) headers["Content-Type"] = raw ? "application/octet-stream" : "application/json";
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method, headers, body: body === undefined || raw ? body : JSON.stringify(body), credentials: "same-origin",
    });
  } catch {
    throw new Refused(0, T.offline);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    if (response.status === 401 && me.name) location.reload();
    throw new Refused(response.status, answer.detail || answer.title || T.failed);
  }
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

export async function upload(name, content, message, replace) {
  const query = new URLSearchParams({ name, message, replace: String(replace) });
  return call("POST", `/kg/drafts?${query}`, content, { raw: true });
}

export async function signIn(name, password) {
  Object.assign(me, await post("/staff/session", { name, password }));
}

export async function whoAmI() {
  Object.assign(me, await get("/staff/me"));
}

export async function signOut() {
  await remove("/staff/session");
  location.hash = "";
  location.reload();
}

// While heavy work goes on, how far it is: `tell` gets its name, what is done, all there is, and seconds.
export async function watched(work, tell) {
  const timer = setInterval(async () => {
    try {
      const now = await get("/kg/progress");
      if (now.operation) tell(now);
    } catch { /* the work itself says what is wrong */ }
  }, 500);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
