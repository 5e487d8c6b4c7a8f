// A listing of the API, one page at a time.

import { ask } from "/static/session.js";

/** A page: its `items`, and the `next_cursor` to go on from, null at the end. */
export async function pageOf(path, cursor = null) {
  const address = new URL(path, location.origin);
  address.searchParams.set("limit", "100");
  if (cursor) address.searchParams.set("cursor", cursor);
  return (await ask("GET", address.pathname + address.search)).value;
}
