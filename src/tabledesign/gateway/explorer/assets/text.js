// Keys and rows as elements. What is stored stands in text nodes only, whatever it says.

import { element } from "/static/session.js";

/** The order of DynamoDB's keys: that of their UTF-8 bytes, which is that of code points. */
export function compare(a, b) {
  const x = [...a];
  const y = [...b];
  for (let i = 0; i < x.length && i < y.length; i += 1) {
    if (x[i] !== y[i]) return x[i].codePointAt(0) - y[i].codePointAt(0);
  }
  return x.length - y.length;
}

/** Whether a row of this place lies in one of the intervals. */
export function isTouched(row, intervals) {
  return intervals.some(
    (each) =>
      each.partition === row.at.partition &&
      (each.low === null ||
        (compare(each.low, row.at.sort) <= 0 && compare(row.at.sort, each.high) <= 0)),
  );
}

let hues = new Map();

/** Each entity has the colour of its place in the design. */
export function colour(entities) {
  hues = new Map(entities.map((name, place) => [name, (place % 8) + 1]));
}

export function hue(row) {
  if (row.kind !== "entity") return row.kind;
  return `kind-${hues.get(row.entity) ?? 8}`;
}

export function tag(row) {
  return element("span", { class: `entity ${hue(row)}` }, row.entity);
}

/** A key in its parts, and as it is stored; one of them shows, see `r`. */
export function keyText(parts, raw, { without = null } = {}) {
  const shown = parts.filter((part, i) => !(i === 0 && part.kind === "constant" && part.text === without));
  const told = shown.map((part) =>
    element(
      "span",
      { class: `part is-${part.kind}` },
      part.name && element("span", { class: "name" }, part.name),
      part.name && " ",
      part.kind === "absent" ? "none" : part.text,
    ),
  );
  const inParts = element("span", { class: "parts" });
  told.forEach((each, i) => inParts.append(i ? " " : "", each));
  if (!parts.length) inParts.append(element("code", {}, raw ?? ""));
  return element("span", { class: "key" }, inParts, element("code", { class: "raw" }, raw ?? ""));
}

/** A request's parameters, or anything, as JSON that is read. */
export function json(value) {
  return element("pre", { tabindex: "0" }, JSON.stringify(value, null, 2));
}

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function units(number) {
  return count(Number(number.toFixed(2)), "read unit");
}
