// Who has a part in a list: since when, given by whom, what for and until when.

import { ask, element } from "/static/session.js";
import { day, field, formOf, moment, trying } from "./drawing.js";
import { pageOf } from "./paging.js";

const ROLES = ["viewer", "editor", "owner"];
const EVENTS = {
  list_created: "made the list",
  granted: "gave access to",
  changed: "changed the access of",
  revoked: "took away the access of",
  left: "left",
};

export function peopleSection(shown, reload, left) {
  const owner = shown.role === "owner";
  return element(
    "section",
    { class: "people", "aria-label": "People" },
    element("h3", {}, "People ", element("span", { class: "quiet" }, String(shown.members.length))),
    element("ul", {}, ...shown.members.map((member) => row(member, shown, reload, left))),
    owner && share(shown, reload),
    owner && past(shown),
  );
}

function row(member, shown, reload, left) {
  const { list, me, role } = shown;
  const self = member.user_id === me;
  const may = member.user_id !== list.owner_id && (self || role === "owner");
  const button =
    may &&
    element(
      "button",
      { type: "button", class: "plain", id: "remove-" + member.user_id },
      self ? "Leave" : "Take away",
      element("span", { class: "seen-by-readers" }, self ? " the list" : ` from ${member.user_id}`),
    );
  if (button) {
    button.addEventListener("click", async () => {
      const path = `/v1/lists/${list.list_id}/members/${self ? "me" : member.user_id}`;
      // Nobody else changes one's own part; another's is taken away as it was seen.
      const headers = self ? {} : { "If-Match": member.etag };
      const done = await trying(() => ask("DELETE", path, { headers }));
      if (!done) return;
      if (self) await left("You have left the list.");
      else await reload(`${member.user_id} has no access any more.`);
    });
  }
  return element(
    "li",
    {},
    element(
      "div",
      {},
      element("b", {}, member.user_id),
      self && element("span", { class: "quiet" }, " (you)"),
      " ",
      element("span", { class: "tag" }, member.role),
      element("div", { class: "about" }, ...about(member)),
    ),
    button,
  );
}

function about(member) {
  const told = [];
  if (member.since) told.push(`since ${moment(member.since)}`);
  if (member.granted_by && member.granted_by !== member.user_id) {
    told.push(`given by ${member.granted_by}`);
  }
  const parts = [element("span", { class: "quiet" }, told.join(", "))];
  if (member.purpose) parts.push(element("span", {}, `“${member.purpose}”`));
  if (member.expires_at) {
    const ended = new Date(member.expires_at) <= new Date();
    const words = (ended ? "ended " : "until ") + moment(member.expires_at);
    parts.push(element("span", { class: ended ? "tag bad" : "tag warn" }, words));
  }
  return parts;
}

function share(shown, reload) {
  const form = formOf(
    { class: "share", "aria-label": "Share the list" },
    async ({ user_id, role, purpose, until }) => {
      // To the end of that day here.
      const expires_at = until && new Date(`${until}T23:59:59`).toISOString();
      const body = { user_id, role, ...(purpose && { purpose }), ...(until && { expires_at }) };
      const headers = { "Idempotency-Key": crypto.randomUUID() };
      const path = `/v1/lists/${shown.list.list_id}/members`;
      const made = await trying(() => ask("POST", path, { body, headers }));
      if (!made) return undefined;
      form.reset();
      return () => reload(`The list is shared with ${user_id}.`);
    },
    element("h3", {}, "Share"),
    element(
      "div",
      { class: "row" },
      field(
        "With (user id)",
        element("input", {
          id: "share-with",
          name: "user_id",
          type: "text",
          required: true,
          maxlength: "128",
          autocomplete: "off",
          autocapitalize: "none",
          spellcheck: "false",
        }),
      ),
      field(
        "As",
        element(
          "select",
          { name: "role", id: "share-role" },
          ...ROLES.map((role) => element("option", { value: role }, role)),
        ),
      ),
      field(
        "What for",
        element("input", { id: "share-purpose", name: "purpose", type: "text", maxlength: "200" }),
      ),
      field("Until", element("input", { id: "share-until", name: "until", type: "date" })),
      element("button", { type: "submit", class: "primary" }, "Share"),
    ),
  );
  return form;
}

function past(shown) {
  const place = element("div", {});
  const details = element(
    "details",
    { id: "past" },
    element("summary", { id: "past-summary" }, "What became of access to this list"),
    place,
  );
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    const page = await trying(() => pageOf(`/v1/lists/${shown.list.list_id}/access?show=record`));
    if (page) place.replaceChildren(element("ol", {}, ...page.items.map(record)));
  });
  return details;
}

function record(event) {
  const by = event.by ?? "somebody";
  const words = [by, EVENTS[event.event] ?? event.event];
  if (!["list_created", "left"].includes(event.event)) words.push(event.user_id);
  if (event.role && event.event !== "list_created") words.push(`as ${event.role}`);
  if (event.purpose) words.push(`for “${event.purpose}”`);
  if (event.expires_at) words.push(`until ${day(event.expires_at)}`);
  return element(
    "li",
    {},
    element("span", { class: "quiet" }, moment(event.at) + ": "),
    words.join(" "),
  );
}
