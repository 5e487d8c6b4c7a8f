// Who is signed in, in this tab alone: two tabs may be two people.

const KEY = "tabledesign.session";

export function session() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

export function signedIn(found) {
  sessionStorage.setItem(KEY, JSON.stringify(found));
}

export function signOut() {
  sessionStorage.removeItem(KEY);
}

/** Where to sign in, and to come back from. */
export function signInAddress() {
  return "/sign-in?next=" + encodeURIComponent(location.pathname + location.search + location.hash);
}

/** The page to come back to: one of this server, whatever the address says. */
export function comingBack() {
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  const address = new URL(next, location.origin);
  return address.origin === location.origin ? address.pathname + address.search + address.hash : "/";
}

/** An answer that is none: `problem` is the problem document, or what stands for one. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** Ask this server, as whoever is signed in; raises `Refused`. */
export async function ask(method, path, { body, type = "application/json", headers = {} } = {}) {
  const token = session()?.token;
  const sent = { Accept: "application/json", ...headers };
  if (token) sent.Authorization = "Bearer " + token;
  if (body !== undefined) sent["Content-Type"] = type;
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused({ title: "No answer", detail: "The server does not answer. Is it still running?" });
  }
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Refused(value ?? { status: answer.status, title: answer.statusText });
  return { value, etag: answer.headers.get("ETag"), status: answer.status };
}

/** An element: `element("a", {href: "/"}, "Start")`; text is text, never HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

/** A problem document as people read it. */
export function problemBox(problem) {
  const faults = (problem.errors ?? []).map((fault) => {
    const place = fault.pointer ?? fault.parameter ?? fault.header;
    return element("li", {}, place ? element("code", {}, place) : "", place ? " " : "", fault.detail);
  });
  const more =
    problem.status === 401
      ? element("p", {}, element("a", { href: signInAddress() }, "Sign in"))
      : problem.type?.startsWith("/problems/") &&
        element("small", {}, element("a", { href: problem.type }, problem.code));
  return element(
    "div",
    { class: "problem", role: "alert" },
    element("p", {}, sentence(problem.detail ?? problem.title)),
    faults.length > 0 && element("ul", {}, ...faults),
    more,
  );
}

function sentence(text) {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : first + ".";
}
