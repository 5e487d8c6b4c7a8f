// What is looked at stands in the address: it can be shared, and "back" goes back.

const TEXTS = ["tenant", "place", "partition", "shape", "at", "side", "cursor", "limit", "pattern", "page"];

/** The state in the address; `ask` says that the pattern is asked, not only chosen. */
export function read() {
  const given = new URLSearchParams(location.search);
  const state = { arg: given.getAll("arg"), part: given.getAll("part"), ask: given.has("ask") };
  for (const name of TEXTS) state[name] = given.get(name);
  return state;
}

/** A step on; `kept` comes back with it, when somebody goes back or loads the page again. */
export function write(state, kept) {
  const address = addressOf(state);
  if (address !== location.pathname + location.search) history.pushState(kept, "", address);
}

function addressOf(state) {
  const given = new URLSearchParams();
  for (const name of TEXTS) if (state[name] != null) given.set(name, state[name]);
  for (const each of state.part ?? []) given.append("part", each);
  for (const each of state.arg ?? []) given.append("arg", each);
  if (state.ask) given.set("ask", "");
  const query = given.toString();
  return location.pathname + (query ? "?" + query : "");
}
