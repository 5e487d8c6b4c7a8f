// The rows of a place, by partition, and where an interval begins and ends among them.
// Roles are said: a narrow screen shows rows as blocks, which are no table to screen readers.

import { element } from "/static/session.js";
import { compare, count, hue, isTouched, keyText, tag } from "./text.js";

/**
 * Draws one page. `view` is what rows.json tells; `answer` (or null) is what was asked, whose
 * interval is marked; `hidden` are entities that are not shown; `go` shows another place.
 */
export function draw(view, place, answer, hidden, go) {
  const marks = marksOf(view, answer);
  const shown = view.rows.filter((row) => !hidden.has(row.entity));
  if (!view.rows.length && !marks) return element("p", { class: "empty" }, "No items here.");
  const table = element("table", { class: marks ? "items asked" : "items", role: "table" });
  const alone = view.partition !== null;
  table.classList.toggle("alone", alone);
  table.append(headOf(place, alone, marks !== null));
  const width = 2 + (alone ? 0 : 1) + (marks ? 1 : 0);
  for (const group of groupsOf(shown)) {
    const body = element("tbody", { role: "rowgroup" });
    group.forEach((row, i) => {
      const partition = !alone && i === 0 ? partitionCell(row, group.length, view, go) : null;
      body.append(...lines(marks, row, width), rowOf(row, partition, marks, go));
    });
    table.append(body);
  }
  const rest = marks ? marks.after(null, width) : [];
  if (rest.length) table.append(element("tbody", { role: "rowgroup" }, ...rest));
  table.addEventListener("keydown", (event) => move(event, table));
  return table;
}

/** Focus the first row, or the row of an item. */
export function focusRow(grid, id = null) {
  const rows = [...grid.querySelectorAll("button.open")];
  const found = id === null ? rows[0] : rows.find((each) => each.closest("tr").dataset.id === id);
  found?.focus();
  found?.closest("tr").scrollIntoView({ block: "nearest" });
  return found !== undefined;
}

export function identity(row) {
  return JSON.stringify(row.id);
}

function headOf(place, alone, asked) {
  const names = [
    ...(asked ? [element("th", { scope: "col", role: "columnheader", class: "number" }, element("abbr", { title: "Place in the answer" }, "#"))] : []),
    ...(alone ? [] : [heading("Partition key", place.partition)]),
    heading("Sort key", place.sort ?? "none"),
    heading("Attributes", ""),
  ];
  return element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...names));
}

function heading(text, attribute) {
  return element("th", { scope: "col", role: "columnheader" }, text, " ", element("code", {}, attribute));
}

function groupsOf(rows) {
  const groups = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && last[0].at.partition === row.at.partition) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

function partitionCell(row, rows, view, go) {
  const open = element("button", { class: "plain", type: "button" }, "Open");
  open.setAttribute("aria-label", `Open partition ${row.at.partition}`);
  open.addEventListener("click", () => go({ place: view.place, partition: row.at.partition }));
  return element(
    "th",
    { scope: "rowgroup", role: "rowheader", rowspan: rows, class: "partition" },
    keyText(row.partition_parts, row.at.partition),
    open,
  );
}

function rowOf(row, partition, marks, go) {
  const number = marks?.numberOf(row);
  const touched = number !== undefined && number !== null;
  const details = element("div", { class: "details", hidden: true });
  const open = element(
    "button",
    { class: "open", type: "button", "aria-expanded": "false" },
    tag(row),
    " ",
    keyText(row.sort_parts, row.at.sort, { without: row.entity }),
  );
  open.addEventListener("click", () => {
    const opens = details.hidden;
    if (opens && !details.childElementCount) details.append(...detailsOf(row, go));
    details.hidden = !opens;
    open.setAttribute("aria-expanded", String(opens));
  });
  const made = element(
    "tr",
    { role: "row", class: `item ${hue(row)}${touched ? " touched" : ""}${row.faults.length ? " faulty" : ""}` },
    marks && element("td", { role: "cell", class: "number" }, number ?? "", touched && element("span", { class: "seen-by-readers" }, " in the interval")),
    partition,
    element("td", { role: "cell", class: "sort" }, open),
    element("td", { role: "cell", class: "attributes" }, summaryOf(row), details),
  );
  made.dataset.id = identity(row);
  made.row = row;
  return made;
}

function summaryOf(row) {
  const said = element("div", { class: "summary" });
  for (const fault of row.faults) said.append(element("span", { class: "tag bad" }, "unreadable or untrue"), " ", fault, " ");
  if (row.expired) said.append(element("span", { class: "tag warn" }, "expired"), " ");
  const inKeys = new Set([...row.partition_parts, ...row.sort_parts].map((part) => part.name));
  const shown = row.attributes.filter((each) => !inKeys.has(each.name));
  shown.sort((a, b) => rank(a) - rank(b));
  for (const each of shown.slice(0, 12)) {
    said.append(element("span", { class: "pair" }, element("span", { class: "name" }, each.name), " ", short(each)), " ");
  }
  return said;
}

/** What a person calls things by comes first. */
function rank(attribute) {
  const first = ["title", "name", "status"].indexOf(attribute.name);
  return first < 0 ? 9 : first;
}

function short(attribute) {
  const text = attribute.tag === "S" && !attribute.left_out ? JSON.parse(attribute.json) : attribute.json;
  return text.length > 80 ? text.slice(0, 79) + "…" : text;
}

function detailsOf(row, go) {
  const attributes = row.attributes.map((each) =>
    pair(
      [each.name, " ", element("abbr", { class: "type", title: TYPES[each.tag] ?? each.tag }, each.tag)],
      [element("code", {}, each.json), each.left_out > 0 && element("small", {}, ` … ${count(each.left_out, "character")} more`)],
    ),
  );
  const here = pair([row.at.place], [element("code", {}, keyOf(row.at)), element("small", {}, " here")]);
  const elsewhere = row.elsewhere.map((each) => {
    const show = element("button", { class: "plain", type: "button" }, "Show");
    show.setAttribute("aria-label", `Show it in ${each.place}`);
    show.addEventListener("click", () =>
      go({ place: each.place, partition: each.partition, at: each.sort }, identity(row)),
    );
    return pair([each.place], [element("code", {}, keyOf(each)), " ", show]);
  });
  return [
    element("h3", {}, "Keys"),
    element("dl", {}, ...here, ...elsewhere.flat()),
    element("h3", {}, `Attributes, ${count(row.size, "byte")} in all`),
    element("dl", {}, ...attributes.flat()),
  ];
}

const TYPES = {
  S: "text", N: "number", B: "binary", BOOL: "boolean", NULL: "null",
  M: "map", L: "list", SS: "set of texts", NS: "set of numbers", BS: "set of binary values",
};

function keyOf(at) {
  return at.sort === null ? at.partition : `${at.partition}  ${at.sort}`;
}

function pair(term, description) {
  return [element("dt", {}, ...term), element("dd", {}, ...description)];
}

/** Which rows the interval holds, and the lines at its ends; null where nothing was asked here. */
function marksOf(view, answer) {
  if (!answer || answer.place !== view.place) return null;
  const numbers = new Map(answer.rows.map((row, i) => [identity(row), i + 1]));
  const only = answer.touched.length === 1 ? answer.touched[0] : null;
  const lined = only && only.low !== null && only.partition === view.partition;
  let [low, high] = [!lined, !lined];
  const begins = (width, beyond) => {
    low = true;
    if (beyond) return line(width, "begins", "The interval begins on a page before", "");
    return line(width, "begins", only.low === only.high ? "at" : "from", only.low);
  };
  const ends = (width, beyond) => {
    high = true;
    if (beyond) return line(width, "ends", "The interval goes on", "");
    return only.low === only.high ? "" : line(width, "ends", "to", only.shown);
  };
  return {
    numberOf: (row) => (isTouched(row, answer.touched) ? (numbers.get(identity(row)) ?? "·") : null),
    before(row, width) {
      const made = [];
      const first = row === view.rows[0];
      if (!low && compare(only.low, row.at.sort) <= 0) made.push(begins(width, first && view.earlier !== null));
      if (!high && compare(only.high, row.at.sort) < 0) made.push(ends(width, false));
      return made;
    },
    after(_, width) {
      const made = [];
      if (!low) made.push(begins(width, false));
      if (!high) made.push(ends(width, view.later !== null));
      return made;
    },
  };
}

function lines(marks, row, width) {
  return marks ? marks.before(row, width) : [];
}

function line(width, end, words, text) {
  return element(
    "tr",
    { role: "row", class: `bound ${end}` },
    element("td", { role: "cell", colspan: width }, element("span", {}, words, " ", element("code", {}, text))),
  );
}

function move(event, table) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const edge = { Home: 0, End: -1 }[event.key];
  const row = event.target.closest("tr");
  if ((step === undefined && edge === undefined) || !row) return;
  const rows = [...table.querySelectorAll("button.open")];
  const at = rows.indexOf(row.querySelector("button.open"));
  const next = edge === undefined ? rows[at + step] : rows.at(edge);
  if (!next) return;
  event.preventDefault();
  next.focus();
}
