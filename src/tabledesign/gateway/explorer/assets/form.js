// The form of a pattern: its fields are made from the types of its arguments.

import { element } from "/static/session.js";

const PLAIN = { text: "text", number: "text", date: "date", datetime: "text" };

/** A form that calls `ask` with the arguments as words, `name=value`. */
export function formOf(pattern, words, ask) {
  const given = wordsByName(words);
  const fields = pattern.form.map((field) => fieldOf(field, given.get(field.name) ?? []));
  const form = element(
    "form",
    { class: "arguments", novalidate: true },
    ...fields.map((field) => field.made),
    element(
      "div",
      { class: "row" },
      element("button", { class: "primary", type: "submit" }, "Ask"),
      element("small", { class: "quiet", id: "filled" }),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(fields.flatMap((field) => field.words()));
  });
  form.fill = (values) => fields.map((field) => field.fill(values)).some(Boolean);
  form.isEmpty = () => fields.every((field) => field.isEmpty());
  form.blame = (name) => fields.find((field) => field.name === name)?.blame();
  return form;
}

function wordsByName(words) {
  const found = new Map();
  for (const word of words) {
    const at = word.indexOf("=");
    const name = word.slice(0, at);
    found.set(name, [...(found.get(name) ?? []), word.slice(at + 1)]);
  }
  return found;
}

function fieldOf(field, texts) {
  if (field.shape === "range") return rangeOf(field, texts[0] ?? "");
  const value = field.shape === "many" ? texts.join("\n") : (texts[0] ?? "");
  const input = field.shape === "many" ? manyInput(field, value) : inputOf(field, value);
  return {
    name: field.name,
    made: labelled(field, input, field.shape === "many" ? "one a line" : null),
    isEmpty: () => input.value === "" || input.tagName === "SELECT",
    words: () => {
      const values = field.shape === "many" ? input.value.split("\n") : [input.value];
      const kept = field.shape === "many" ? values.filter((each) => each !== "") : values;
      return kept.map((each) => `${field.name}=${each}`);
    },
    fill: (values) => filled(field, input, values),
    blame: () => blamed(input),
  };
}

function rangeOf(field, text) {
  const [, after, start, before, end] = /^(>?)(.*?)\.\.(<?)(.*)$/s.exec(text) ?? ["", "", "", "", ""];
  const from = inputOf(field, start, "from");
  const to = inputOf(field, end, "to");
  const closed = [after !== ">", before !== "<"].map((included, i) =>
    element("input", { type: "checkbox", checked: included, "aria-label": `${["from", "to"][i]} is included` }),
  );
  const ends = [from, to].map((input, i) =>
    element(
      "div",
      { class: "end" },
      element("label", { class: "field" }, element("span", {}, ["from", "to"][i]), input),
      element("label", { class: "tick" }, closed[i], " included"),
    ),
  );
  return {
    name: field.name,
    made: element("fieldset", { class: `range of-${field.input}` }, legend(field), ...ends),
    isEmpty: () => from.value === "" && to.value === "",
    words: () => {
      const [first, last] = [from.value, to.value];
      const open = first && !closed[0].checked ? ">" : "";
      return [`${field.name}=${open}${first}..${last && !closed[1].checked ? "<" : ""}${last}`];
    },
    fill: (values) => filled(field, from, values),
    blame: () => blamed(from),
  };
}

function labelled(field, input, hint) {
  const name = element("span", {}, element("b", {}, field.name), ` ${field.type}${hint ? `, ${hint}` : ""}`);
  return element("label", { class: "field" }, name, input);
}

function legend(field) {
  return element("legend", {}, element("b", {}, field.name), " ", element("span", { class: "quiet" }, field.type));
}

function inputOf(field, text, end = "") {
  if (field.input === "choice") {
    const open = field.shape === "range" ? [element("option", { value: "" }, "open")] : [];
    const choices = field.choices.map((each) => element("option", { selected: each === text }, each));
    return element("select", { name: field.name + end }, ...open, ...choices);
  }
  return element("input", {
    type: PLAIN[field.input],
    name: field.name + end,
    value: text,
    inputmode: field.input === "number" ? "decimal" : null,
    placeholder: field.shape === "range" ? `open, or ${field.example}` : field.example,
    autocomplete: "off",
    spellcheck: "false",
  });
}

function manyInput(field, value) {
  const input = element("textarea", { name: field.name, rows: "3", spellcheck: "false", placeholder: field.example });
  input.value = value;
  return input;
}

function filled(field, input, values) {
  const value = values[field.fills] ?? values[field.name];
  if (value === undefined || (input.value !== "" && input.tagName !== "SELECT")) return false;
  input.value = value;
  return true;
}

function blamed(input) {
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "fault");
  input.focus();
}
