// The page as a whole: which list is shown, and what happens when it changes.

import { ask, session } from "/static/session.js";
import { redraw, say, showProblem, trying } from "./drawing.js";
import { listsNav } from "./lists.js";
import { pageOf } from "./paging.js";
import { peopleSection } from "./people.js";
import { tasksSection } from "./tasks.js";

const state = { lists: [], more: null, turn: 0 };

function chosenId() {
  return location.hash.slice(1) || state.lists[0]?.list.list_id;
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
  if (!made) return undefined;
  document.getElementById("new-list").value = "";
  return async () => {
    history.pushState(null, "", "#" + made.value.list_id);
    await trying(loadLists);
    await showList(`The list ${title} is there.`);
  };
}

/** Draw the chosen list as it is now, and say `said` once that is to be seen. */
async function showList(said = "") {
  const turn = ++state.turn;
  const id = chosenId();
  drawLists();
  const place = document.getElementById("list");
  // What is done to a list must not reach another that is still shown.
  if (place.dataset.list !== id) place.replaceChildren();
  place.dataset.list = id ?? "";
  try {
    const shown = id && (await loadList(id));
    // Who asked later draws what is newer.
    if (turn === state.turn && shown) draw(place, shown);
    if (said) say(said);
  } catch (error) {
    place.replaceChildren();
    showProblem(error);
  }
}

function draw(place, shown) {
  redraw(place, ...tasksSection(shown, showList), peopleSection(shown, showList, leftList));
}

async function loadList(id) {
  const path = "/v1/lists/" + encodeURIComponent(id);
  const [list, tasks, members] = await Promise.all([
    ask("GET", path).then(({ value }) => value),
    pageOf(path + "/tasks"),
    pageOf(path + "/members"),
  ]);
  const me = session().subject;
  const mine = members.items.find((member) => member.user_id === me);
  return { list, tasks, members: members.items, me, role: mine?.role ?? null };
}

async function leftList(said) {
  history.replaceState(null, "", location.pathname);
  await trying(loadLists);
  await showList(said);
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
