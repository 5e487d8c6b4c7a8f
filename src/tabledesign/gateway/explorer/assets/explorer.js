// The explorer: what the address says is fetched and drawn, a page at a time.

import { element } from "/static/session.js";
import { read, write } from "./address.js";
import { formOf } from "./form.js";
import { draw, focusRow } from "./grid.js";
import { listen } from "./keys.js";
import { drawAnswer, drawPlan } from "./panel.js";
import { Picker } from "./picker.js";
import { colour, count, keyText, tag, units } from "./text.js";

const at = (id) => document.getElementById(id);
const hidden = new Set();
const pages = { rows: [], answer: [] }; // cursors of the pages before
let design, picker, form, state, view, answer, current, carried, asked;

start();

async function start() {
  try {
    design = await ask("design.json", []);
  } catch (fault) {
    return at("grid").replaceChildren(problem(fault));
  }
  colour(design.entities);
  drawTenants();
  drawPlaces();
  picker = new Picker(design.patterns, choose);
  at("jump").addEventListener("submit", jump);
  at("grid").addEventListener("focusin", (event) => taken(event.target.closest("tr")?.row));
  addEventListener("popstate", back);
  listen({
    "/": () => picker.input.focus(),
    t: () => focusRow(at("grid")),
    r: () => at("explorer").classList.toggle("raw-keys"),
    "[": () => turn("before"),
    "]": () => turn("after"),
    Escape: () => state.pattern && go({ place: view?.place ?? null, partition: view?.partition ?? null }, null, { pattern: null }),
    place: (number) => design.places[number] && go({ place: design.places[number].name }),
  });
  await back();
}

/** What the address says, with the pages before it as they were. */
function back() {
  pages.rows = [...(history.state?.rows ?? [])];
  pages.answer = [...(history.state?.answer ?? [])];
  return show(read());
}

async function ask(name, given) {
  asked?.abort();
  asked = new AbortController();
  let reply;
  try {
    reply = await fetch(`/explorer/${name}?${new URLSearchParams(given)}`, { signal: asked.signal });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw { message: "The server does not answer. Is it still running?" };
  }
  const told = await reply.json();
  if (!reply.ok) throw { message: told.message ?? told.detail ?? reply.statusText, field: told.field, code: told.code };
  return told;
}

/** Everything anew from a state. */
async function show(next, focused = null) {
  state = { ...next, tenant: design.tenants ? (next.tenant ?? design.tenants[0]) : null };
  const pattern = design.patterns.find((each) => each.name === state.pattern) ?? null;
  if (at("tenant").value !== state.tenant) at("tenant").value = state.tenant ?? "";
  answer = null;
  at("explorer").setAttribute("aria-busy", "true");
  try {
    drawPattern(pattern);
    if (pattern && state.ask) await drawAsked(pattern);
    await drawView(viewOf(pattern));
    if (focused) focusRow(at("grid"), focused);
    if (pattern && !state.ask) prefill(pattern);
  } catch (fault) {
    if (fault.name === "AbortError") return; // something later is on its way
    failed(fault);
  }
  at("explorer").setAttribute("aria-busy", "false");
}

/** What the table shows: what the address says, else the answer in its place, else its index. */
function viewOf(pattern) {
  if (state.place) return { place: state.place, partition: state.partition, at: state.at, side: state.side, cursor: state.cursor, limit: state.limit };
  if (answer?.around) {
    const { partition, at: from, backwards } = answer.around;
    return { place: answer.place, partition, at: from, side: backwards ? "to" : null, limit: Math.min(200, Math.max(12, answer.rows.length + 4)) };
  }
  if (answer) return null;
  return { place: pattern?.place ?? design.places[0].name, cursor: state.cursor, limit: state.limit };
}

async function drawView(wanted) {
  if (wanted === null) view = { place: answer.place, partition: null, rows: answer.rows, earlier: null, later: null, requests: [] };
  else view = await ask("rows.json", [...pairs({ tenant: state.tenant, ...wanted, shape: state.shape }), ...state.part.map((each) => ["part", each])]);
  current = null;
  for (const each of at("places").children) each.setAttribute("aria-pressed", String(each.value === view.place));
  drawWhere();
  drawJump();
  drawGrid();
}

function pairs(given) {
  return Object.entries(given).filter(([, value]) => value != null);
}

function drawGrid() {
  const place = design.places.find((each) => each.name === view.place);
  at("grid").replaceChildren(draw(view, place, answer, hidden, go));
  drawLegend();
  drawPager();
  const away = view.rows.filter((row) => hidden.has(row.entity)).length;
  const sent = view.requests.map((each) => each.operation).join(" and ");
  const spent = view.requests.reduce((sum, each) => sum + (each.units ?? 0), 0);
  const took = view.requests.reduce((sum, each) => sum + each.milliseconds, 0);
  const answered = answer ? `${count(answer.items, "row")} answered for ${units(answer.measured)}. Shown here: ` : "";
  at("said").textContent = answered + [
    count(view.rows.length, "item"),
    away && `${away} not shown`,
    sent && `by ${sent}, ${units(spent)}, ${Math.round(took)} ms`,
    !view.rows.length && view.later && "more may follow on the page after",
  ].filter(Boolean).join(", ");
}

function drawWhere() {
  const place = design.places.find((each) => each.name === view.place);
  const name = place.kind === "primary" ? `Table ${design.table_name}` : `Index ${place.name}`;
  const whole = element("button", { class: "plain", type: "button" }, "All partitions");
  whole.addEventListener("click", () => go({ place: view.place }));
  const first = view.rows[0];
  const partition = view.partition !== null && [
    element("span", { class: "quiet" }, " partition "),
    keyText(first?.partition_parts ?? [], view.partition),
    whole,
  ];
  at("where").replaceChildren(name, ...(partition || []), ...(view.partition === null && answer ? [element("span", { class: "quiet" }, "the items asked for")] : []));
}

/** Opening a partition by its fields: one form for each shape that the index has. */
function drawJump() {
  const place = design.places.find((each) => each.name === view.place);
  const shapes = new Map();
  for (const key of place.keys) {
    const text = key.partition.map((part) => (part.kind === "field" ? part.name : part.text)).filter(Boolean).join(" ");
    if (!shapes.has(text)) shapes.set(text, key);
  }
  const choice = element("select", { "aria-label": "Kind of partition", name: "shape" });
  for (const [text, key] of shapes) choice.append(element("option", { value: key.name }, text));
  const fields = element("span", { class: "row" });
  const draws = () => {
    const key = place.keys.find((each) => each.name === choice.value);
    const names = key ? key.partition.filter((part) => part.kind === "field").map((part) => part.name) : [];
    fields.replaceChildren(...names.map((name) => element("input", { type: "text", name: "part", "aria-label": name, placeholder: name, autocomplete: "off", spellcheck: "false" })));
  };
  choice.addEventListener("change", draws);
  draws();
  at("jump").replaceChildren(choice, fields, element("button", { type: "submit" }, "Open"));
  at("jump").hidden = shapes.size === 0;
}

function jump(event) {
  event.preventDefault();
  const given = new FormData(at("jump"));
  go({ place: view.place, shape: given.get("shape"), part: given.getAll("part") });
}

function drawLegend() {
  const there = new Map();
  for (const row of view.rows) if (!there.has(row.entity)) there.set(row.entity, row);
  const names = [...there.keys()].sort();
  at("legend").replaceChildren(
    ...names.map((name) => {
      const chip = tag(there.get(name));
      const number = view.rows.filter((row) => row.entity === name).length;
      const toggle = element("button", { class: "toggle", type: "button", "aria-pressed": String(!hidden.has(name)) }, chip, ` ${number}`);
      toggle.addEventListener("click", () => {
        if (!hidden.delete(name)) hidden.add(name);
        drawGrid();
        [...at("legend").children][names.indexOf(name)].focus();
      });
      return toggle;
    }),
  );
}

function drawPager() {
  const button = (text, way, key) => {
    const made = element("button", { type: "button", disabled: !pageOf(way) }, text, " ", key && element("kbd", {}, key));
    made.addEventListener("click", () => turnRows(way));
    return made;
  };
  const buttons = answer ? [button("Earlier", "before", ""), button("Later", "after", "")] : [button("Before", "before", "["), button("After", "after", "]")];
  at("pager").replaceChildren(...buttons);
}

function pageOf(way) {
  if (way === "after") return view.later;
  return view.earlier ?? (state.cursor && pages.rows.length ? pages.rows.at(-1) : null);
}

function turnRows(way) {
  const cursor = pageOf(way);
  if (!cursor) return;
  const kept = { place: view.place, partition: view.partition };
  if (way === "after") pages.rows.push(state.cursor ?? "first");
  else if (!view.earlier) pages.rows.pop();
  go({ ...kept, cursor: cursor === "first" ? null : cursor }, null, {}, { keep: true });
}

/** The pages of the answer, where there is one; else those of the table. */
function turn(way) {
  if (answer && !state.place) turnAnswer(way);
  else if (view) turnRows(way);
}

function turnAnswer(way) {
  if (way === "after" && answer.cursor) {
    pages.answer.push(state.page);
    update({ page: answer.cursor });
  } else if (way === "before" && state.page) update({ page: pages.answer.pop() ?? null });
}

function update(changes, focused = null) {
  const next = { ...state, ...changes };
  write(next, { rows: [...pages.rows], answer: [...pages.answer] });
  return show(next, focused);
}

/** Show a place, a partition, a page; the pattern stays as it is. */
function go(where, focused = null, changes = {}, { keep = false } = {}) {
  if (!keep) pages.rows = [];
  const nowhere = { place: null, partition: null, shape: null, part: [], at: null, side: null, cursor: null };
  const away = changes.pattern === null ? { arg: [], ask: false, page: null } : {};
  return update({ ...nowhere, ...where, ...changes, ...away }, focused);
}

async function choose(name) {
  carried = current;
  await go({}, null, { pattern: name, arg: [], ask: false, page: null });
  (form.querySelector("input, select, textarea") ?? form.querySelector("button")).focus();
}

function drawPattern(pattern) {
  picker.show(pattern?.name ?? null);
  at("explorer").classList.toggle("with-pattern", pattern !== null);
  if (!pattern) {
    form = null;
    at("form").replaceChildren();
    at("told").replaceChildren();
    return;
  }
  form = formOf(pattern, state.arg, (words) => {
    pages.answer = [];
    go({}, null, { arg: words, ask: true, page: null });
  });
  at("form").replaceChildren(element("p", { class: "question" }, pattern.explanation.question), form);
  if (!state.ask) at("told").replaceChildren(...drawPlan(pattern));
}

async function drawAsked(pattern) {
  const given = [...pairs({ tenant: state.tenant, pattern: pattern.name, cursor: state.page, limit: state.limit }), ...state.arg.map((each) => ["arg", each])];
  try {
    answer = await ask("answer.json", given);
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    at("told").replaceChildren(...drawPlan(pattern));
    form.append(problem(fault));
    form.blame(fault.field);
    return;
  }
  at("told").replaceChildren(
    ...drawAnswer(answer, {
      page: { before: state.page ? () => turnAnswer("before") : null, after: () => turnAnswer("after") },
      focus: (id) => focusRow(at("grid"), id) || go({}, id),
    }),
  );
}

/** Empty fields are filled from the row that was last looked at, else from the first that fits. */
function prefill(pattern) {
  const wanted = pattern.form.map((field) => field.fills);
  const reads = (row) => pattern.explanation.entities.includes(row.entity) && !row.faults.length;
  const row = carried ?? current ?? view.rows.find(reads) ?? view.rows.find((each) => wanted.some((name) => name in each.values));
  if (row && form.isEmpty() && form.fill(row.values)) at("filled").textContent = "filled from a row, change it as you like";
  carried = null;
}

function taken(row) {
  if (!row) return;
  current = row;
  if (form && !state.ask && form.isEmpty()) form.fill(row.values);
}

function drawTenants() {
  if (!design.tenants) return;
  at("tenants").hidden = false;
  at("tenant").replaceChildren(...design.tenants.map((each) => element("option", {}, each)));
  at("tenant").addEventListener("change", (event) => go({ place: view?.place ?? null }, null, { tenant: event.target.value, pattern: null }));
}

function drawPlaces() {
  at("places").replaceChildren(
    ...design.places.map((place, number) => {
      const button = element("button", { type: "button", value: place.name, "aria-pressed": "false", title: place.keys.map((key) => key.name).join(", ") },
        place.name, " ", number < 10 && element("kbd", {}, String(number)));
      button.addEventListener("click", () => go({ place: place.name }));
      return button;
    }),
  );
}

function failed(fault) {
  view = null;
  for (const id of ["legend", "pager", "where", "said"]) at(id).replaceChildren();
  const again = element("button", { type: "button" }, "Start again");
  again.addEventListener("click", () => go({ place: state.place === null ? null : design.places[0].name }, null, { pattern: null, tenant: null, limit: null }));
  at("grid").replaceChildren(problem(fault), again);
}

function sentence(text) {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : first + ".";
}

function problem(fault) {
  return element("div", { class: "problem", role: "alert", id: "fault" }, element("p", {}, sentence(fault.message)));
}
