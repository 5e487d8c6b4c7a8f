// Drawing anew without losing one's place, and saying what has happened.

import { Refused, element, problemBox } from "/static/session.js";

/** Put new children into a place; the focus, what was typed and what was opened stay, by their ids. */
export function redraw(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const typed = [...place.querySelectorAll("form [id]")].filter((control) => control.value);
  const unfolded = [...place.querySelectorAll("details[open][id]")];
  place.replaceChildren(...children.filter((child) => child));
  for (const { id, value } of typed) {
    const now = document.getElementById(id);
    if (now) now.value = value;
  }
  for (const { id } of unfolded) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
}

/** Tell it to whoever does not see the page change. */
export function say(text) {
  document.getElementById("said").textContent = text;
}

export function showProblem(error) {
  if (!(error instanceof Refused)) throw error;
  const place = document.getElementById("problem");
  place.replaceChildren(problemBox(error.problem));
  place.scrollIntoView({ block: "nearest" });
}

/** Run it; a refusal is shown at the top, and the last one is taken away. */
export async function trying(act) {
  try {
    const result = await act();
    document.getElementById("problem").replaceChildren();
    return result;
  } catch (error) {
    showProblem(error);
    return undefined;
  }
}

/**
 * A form whose fields are read by name; `send` gets those that are filled in, and may give back
 * what is to be done afterwards, when the form is free for the next one already.
 */
export function formOf(attributes, send, ...children) {
  const form = element("form", attributes, ...children);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    const filled = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
    const after = await send(Object.fromEntries(filled)).finally(() => (button.disabled = false));
    await after?.();
  });
  return form;
}

export function field(label, control) {
  return element("label", { class: "field" }, element("span", {}, label), control);
}

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

/** A day as people write it: dates have no time of day that a zone could shift. */
export function day(text) {
  const [year, month, date] = text.slice(0, 10).split("-").map(Number);
  return DAY.format(new Date(year, month - 1, date));
}

export function moment(text) {
  return DAY.format(new Date(text));
}

export function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
