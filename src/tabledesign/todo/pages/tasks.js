// The tasks of a list: what is open, what is done, and a form for another.

import { ask, element } from "/static/session.js";
import { day, field, formOf, moment, today, trying } from "./drawing.js";
import { pageOf } from "./paging.js";

const WRITERS = ["owner", "editor"];

export function tasksSection(shown, reload) {
  const { list, tasks, role } = shown;
  const open = tasks.items.filter((task) => !task.completed_at);
  const done = tasks.items.filter((task) => task.completed_at);
  open.sort((one, other) => (one.due ?? "9").localeCompare(other.due ?? "9"));
  done.sort((one, other) => other.completed_at.localeCompare(one.completed_at));
  return [
    element(
      "div",
      { class: "list-head" },
      element("h2", { id: "list-title" }, list.title),
      element("span", { class: "tag accent" }, role ?? "no part in it"),
    ),
    WRITERS.includes(role) && newTask(shown, reload),
    part("Open", open, shown, reload, "Nothing is left to do."),
    done.length > 0 && part("Done", done, shown, reload),
    tasks.next_cursor && more(shown, reload),
  ].filter(Boolean);
}

function part(title, tasks, shown, reload, none = "") {
  return element(
    "section",
    { class: "tasks", "aria-label": title },
    element("h3", {}, title, " ", element("span", { class: "quiet" }, String(tasks.length))),
    tasks.length
      ? element("ul", {}, ...tasks.map((task) => row(task, shown, reload)))
      : element("p", { class: "quiet" }, none),
  );
}

function row(task, shown, reload) {
  const finishes =
    WRITERS.includes(shown.role) || [task.user_id, task.assignee].includes(shown.me);
  const done = Boolean(task.completed_at);
  const box = element("input", {
    type: "checkbox",
    id: "task-" + task.task_id,
    checked: done,
    disabled: !finishes,
  });
  box.addEventListener("change", async () => {
    const method = box.checked ? "POST" : "DELETE";
    const answer = await trying(() => ask(method, `/v1/tasks/${task.task_id}/completion`));
    if (!answer) box.checked = done;
    await reload(answer && `${task.title} is ${box.checked ? "done" : "open again"}.`);
  });
  return element(
    "li",
    { class: done ? "done" : "" },
    box,
    element(
      "div",
      {},
      element("label", { for: box.id }, task.title),
      element("div", { class: "about" }, ...about(task)),
    ),
  );
}

function about(task) {
  const told = [];
  if (task.completed_at) {
    const by = task.completed_by ? ` by ${task.completed_by}` : "";
    told.push(element("span", { class: "tag good" }, `done ${moment(task.completed_at)}${by}`));
  } else if (task.due) {
    const late = task.due < today();
    const words = (late ? "was due " : "due ") + day(task.due);
    told.push(element("span", { class: late ? "tag bad" : "tag" }, words));
  }
  if (task.assignee) told.push(element("span", { class: "tag" }, `for ${task.assignee}`));
  if (task.priority === "high") told.push(element("span", { class: "tag warn" }, "high priority"));
  for (const tag of task.tags ?? []) told.push(element("span", { class: "tag" }, "#" + tag));
  if (task.notes) told.push(element("span", { class: "quiet" }, task.notes));
  return told;
}

function newTask(shown, reload) {
  const people = shown.members.map((member) =>
    element("option", { value: member.user_id }, member.user_id),
  );
  const form = formOf(
    { class: "new-task row", "aria-label": "New task" },
    async (sent) => {
      const body = { ...sent, list_id: shown.list.list_id };
      const headers = { "Idempotency-Key": crypto.randomUUID() };
      const made = await trying(() => ask("POST", "/v1/tasks", { body, headers }));
      if (!made) return undefined;
      form.reset();
      // Whoever has moved on meanwhile is not brought back.
      const at = document.activeElement;
      if (form.contains(at) || at === document.body) form.elements.title.focus();
      return () => reload(`${sent.title} is on the list.`);
    },
    element(
      "label",
      { class: "field wide" },
      element("span", {}, "New task"),
      element("input", {
        id: "new-task",
        name: "title",
        type: "text",
        required: true,
        maxlength: "500",
        autocomplete: "off",
      }),
    ),
    field("Due", element("input", { type: "date", name: "due", id: "new-due" })),
    field(
      "For",
      element(
        "select",
        { name: "assignee", id: "new-assignee" },
        element("option", { value: "" }, "nobody yet"),
        ...people,
      ),
    ),
    element("button", { type: "submit", class: "primary" }, "Add"),
  );
  return form;
}

function more(shown, reload) {
  const button = element("button", { type: "button", id: "more-tasks" }, "Show more");
  button.addEventListener("click", async () => {
    const path = `/v1/lists/${shown.list.list_id}/tasks`;
    const page = await trying(() => pageOf(path, shown.tasks.next_cursor));
    if (!page) return;
    shown.tasks.items.push(...page.items);
    shown.tasks.next_cursor = page.next_cursor;
    button.closest("#list").replaceChildren(...tasksSection(shown, reload));
  });
  return element("p", {}, button);
}
