// What is asked, and what it takes: before asking from the design, afterwards as it was.

import { element } from "/static/session.js";
import { count, json, keyText, tag, units } from "./text.js";
import { identity } from "./grid.js";

/** Before anything is sent: arguments stand as {name}. */
export function drawPlan(pattern) {
  const told = pattern.explanation;
  return [
    section("Keys it touches", intervalOf(told, null, [{ low: told.low, shown: told.high, partition: told.partition }])),
    section(`Request, ${told.requests}`, json(pattern.request.parameters)),
    section("Price", priceOf(told)),
  ];
}

export function drawAnswer(answer, { page, focus }) {
  const told = answer.explanation;
  const requests = answer.requests.map((each) => [
    answer.requests.length > 1 && element("p", { class: "quiet" }, `${each.operation}, ${count(each.count, "row")}, ${each.milliseconds} ms`),
    json(each.parameters),
  ]);
  const sent = answer.requests.length
    ? requests.flat()
    : [element("p", {}, "None: no key can be in the interval.")];
  return [
    section("Answer", figuresOf(answer), ...notesOf(answer), pagerOf(answer, page), rowsOf(answer, focus)),
    section("Keys it touches", intervalOf(told, answer.words, answer.touched)),
    section(requests.length === 1 ? `Request, as sent: ${answer.requests[0].operation}` : "Requests, as sent", ...sent),
    section("Price", priceOf(told)),
    section("In a shell", element("pre", { tabindex: "0" }, answer.shell)),
  ];
}

function section(title, ...content) {
  return element("section", { class: "panel" }, element("h2", {}, title), ...content);
}

function figuresOf(answer) {
  const scanned = answer.requests.some((each) => each.scanned !== null);
  const figures = [
    ["rows", answer.items, answer.items === 1 ? "row" : "rows"],
    scanned && ["read", answer.scanned, "read"],
    ["units", answer.is_measured ? Number(answer.measured.toFixed(2)) : "–", "read units"],
    ["requests", answer.requests.length, answer.requests.length === 1 ? "request" : "requests"],
    ["time", answer.milliseconds, "ms"],
  ].filter(Boolean);
  return element(
    "dl",
    { class: "figures", id: "figures" },
    ...figures.map(([name, value, text]) =>
      element("div", { class: name }, element("dt", {}, text), element("dd", {}, value.toLocaleString("en"))),
    ),
  );
}

function notesOf(answer) {
  const notes = [];
  if (!answer.is_true && answer.is_measured) notes.push("The read units are this engine's own figure, not DynamoDB's.");
  if (answer.by_rule !== null && answer.by_rule !== answer.measured) notes.push(`By DynamoDB's rules: ${units(answer.by_rule)}.`);
  if (answer.missing) notes.push(`${count(answer.missing, "item")} asked for ${answer.missing === 1 ? "is" : "are"} not there.`);
  if (answer.unreadable) notes.push(`${count(answer.unreadable, "row")} cannot be read.`);
  if (answer.expired) notes.push(`${count(answer.expired, "row")} past expiry, left out.`);
  if (answer.no_cursor) notes.push(`More follow, and there is no cursor: ${answer.no_cursor}`);
  return [...notes, ...answer.faults].map((each) => element("p", { class: "quiet note" }, each));
}

function pagerOf(answer, page) {
  if (!answer.cursor && !page.before) return null;
  const button = (text, act, key) => {
    const made = element("button", { type: "button", disabled: !act }, text, " ", element("kbd", {}, key));
    if (act) made.addEventListener("click", act);
    return made;
  };
  return element(
    "div",
    { class: "row pages" },
    button("Before", page.before, "["),
    button("After", answer.cursor ? page.after : null, "]"),
  );
}

function rowsOf(answer, focus) {
  return element(
    "ol",
    { class: "answered", id: "rows" },
    ...answer.rows.map((row) => {
      const show = element("button", { type: "button" }, tag(row), " ", ...shownOf(row, answer));
      show.addEventListener("click", () => focus(identity(row)));
      const item = element("li", {}, show);
      item.dataset.id = identity(row);
      return item;
    }),
  );
}

/** A view shows its own fields only; any other row its key, and what it is called. */
function shownOf(row, answer) {
  const fields = answer.fields ?? ["title", "name"].filter((name) => name in row.values).slice(0, 1);
  const named = fields.filter((name) => name in row.values).map((name) => element("span", { class: "value" }, row.values[name]));
  const key = keyText(row.sort_parts.length > 1 ? row.sort_parts : row.partition_parts.slice(-1), row.at.sort, { without: row.entity });
  return named.length ? [...named, " ", element("small", {}, key)] : [key];
}

function intervalOf(told, words, intervals) {
  const place = told.index ? `index ${told.index}` : "the table itself";
  const pairs = [
    ["reads", words ?? told.entities.join(" or ")],
    ["of", place],
    ["order", told.operation === "Query" ? told.direction : null],
    ["consistency", told.consistency],
    ["filter", told.filter],
    ["view", told.view],
  ];
  const shown = pairs.filter(([, text]) => text).flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]);
  return element("div", {}, element("dl", { class: "facts-of" }, ...shown), ...intervals.slice(0, 5).map((each) => boundsOf(told, each)),
    intervals.length > 5 && element("p", { class: "quiet" }, `and ${intervals.length - 5} more keys`));
}

function boundsOf(told, each) {
  const pairs = [[told.partition_attribute, "=", each.partition]];
  if (told.sort_attribute && each.low !== null) {
    if (each.low === each.shown) pairs.push([told.sort_attribute, "=", each.low]);
    else pairs.push([told.sort_attribute, "from", each.low], ["", "to", each.shown]);
  }
  return element(
    "dl",
    { class: "bounds" },
    ...pairs.flatMap(([name, sign, text]) => [
      element("dt", {}, element("code", {}, name), " ", sign),
      element("dd", {}, element("code", {}, text)),
    ]),
  );
}

function priceOf(told) {
  return element("ul", { class: "notes" }, ...[told.cost, ...told.notes].map((each) => element("li", {}, each)));
}
