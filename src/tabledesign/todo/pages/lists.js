// The lists one has a part in, and a form for another.

import { element } from "/static/session.js";
import { formOf } from "./drawing.js";

export function listsNav({ lists, more }, chosen, act) {
  const entries = lists.map(({ list, grant }) =>
    element(
      "li",
      {},
      element(
        "a",
        {
          href: "#" + list.list_id,
          id: "list-" + list.list_id,
          "aria-current": list.list_id === chosen && "page",
        },
        element("span", {}, list.title),
        element("span", { class: "tag" }, grant.role),
      ),
    ),
  );
  const form = formOf(
    { class: "new-list" },
    ({ title }) => act.create(title),
    element("input", {
      id: "new-list",
      name: "title",
      type: "text",
      required: true,
      maxlength: "500",
      placeholder: "New list",
      "aria-label": "Title of a new list",
      autocomplete: "off",
    }),
    element("button", { type: "submit" }, "Create"),
  );
  return [
    element("h2", {}, "Lists"),
    entries.length ? element("ul", {}, ...entries) : element("p", { class: "quiet" }, "None yet."),
    more && moreButton(act.more),
    form,
  ];
}

function moreButton(load) {
  const button = element("button", { type: "button", class: "plain", id: "more-lists" }, "Show more");
  button.addEventListener("click", load);
  return element("p", {}, button);
}
