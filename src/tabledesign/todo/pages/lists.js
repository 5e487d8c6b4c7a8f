// The lists one has a part in, and a form for another.

import { element } from "/static/session.js";
import { formOf } from "./drawing.js";

export function listsNav(lists, chosen, create) {
  const entries = lists.map((list) =>
    element(
      "li",
      {},
      element(
        "a",
        {
          href: "#" + encodeURIComponent(list.list_id),
          id: "list-" + list.list_id,
          "aria-current": list.list_id === chosen && "page",
        },
        element("span", {}, list.title ?? list.list_id),
        list.role && element("span", { class: "tag" }, list.role),
      ),
    ),
  );
  const form = formOf(
    { class: "new-list" },
    async ({ title }) => create(title),
    element("input", {
      id: "new-list",
      name: "title",
      type: "text",
      required: true,
      maxlength: "200",
      placeholder: "New list",
      "aria-label": "Title of a new list",
      autocomplete: "off",
    }),
    element("button", { type: "submit" }, "Create"),
  );
  return [
    element("h2", {}, "Lists"),
    entries.length ? element("ul", {}, ...entries) : element("p", { class: "quiet" }, "None yet."),
    form,
  ];
}
