// The page as a whole: which list is shown, and what happens when it changes.

import { ask, session } from "/static/session.js";
import { redraw, say, showProblem, trying } from "./drawing.js";
import { listsNav } from "./lists.js";
import { pageOf } from "./paging.js";
import { peopleSection } from "./people.js";
import { tasksSection } from "./tasks.js";

const state = { lists: [], more: null };

function chosenId() {
  return decodeURIComponent(location.hash.slice(1)) || state.lists[0]?.list.list_id || null;
}

async function loadLists() {
  const page = await pageOf("/v1/lists");
  state.lists = page.items;
  state.more = page.next_cursor;
  drawLists();
}

function drawLists() {
  const place = document.getElementById("lists");
  redraw(place, ...listsNav(state, chosenId(), { create: createList, more: moreLists }));
}

async function moreLists() {
  const page = await trying(() => pageOf("/v1/lists", state.more));
  if (!page) return;
  state.lists.push(...page.items);
  state.more = page.next_cursor;
  drawLists();
}

async function createList(title) {
  const made = await trying(() =>
    ask("POST", "/v1/lists", { body: { title }, headers: { "Idempotency-Key": crypto.randomUUID() } }),
  );
  if (!made) return;
  await trying(loadLists);
  history.pushState(null, "", "#" + made.value.list_id);
  await showList();
  say(`The list ${title} is there.`);
}

async function showList() {
  const id = chosenId();
  drawLists();
  const place = document.getElementById("list");
  if (!id) {
    place.replaceChildren();
    return;
  }
  // What is said to a list must not reach another that is still shown.
  if (place.dataset.list !== id) place.replaceChildren();
  try {
    const [list, tasks, members] = await Promise.all([
      ask("GET", `/v1/lists/${id}`).then(({ value }) => value),
      pageOf(`/v1/lists/${id}/tasks`),
      pageOf(`/v1/lists/${id}/members`),
    ]);
    if (id !== chosenId()) return;
    const me = session().subject;
    const mine = members.items.find((member) => member.user_id === me);
    const shown = { list, tasks, members: members.items, me, role: mine?.role ?? null };
    redraw(place, ...tasksSection(shown, showList), peopleSection(shown, showList, leftList));
    place.dataset.list = id;
  } catch (error) {
    place.replaceChildren();
    showProblem(error);
  }
}

async function leftList() {
  history.replaceState(null, "", location.pathname);
  await start();
}

async function start() {
  if (!session()) {
    document.getElementById("nobody").hidden = false;
    return;
  }
  document.getElementById("board").hidden = false;
  await trying(loadLists);
  await showList();
}

addEventListener("hashchange", () => {
  document.getElementById("problem").replaceChildren();
  showList();
});
// What others did meanwhile is seen when one comes back.
addEventListener("focus", () => {
  if (session() && document.getElementById("list").dataset.list) showList();
});
start();
