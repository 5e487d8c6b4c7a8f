// The right end of every page's head: who is signed in, and out again.

import { element, session, signInAddress, signOut } from "./session.js";

const place = document.getElementById("session");
const who = session();

if (who) {
  const leave = element("button", { class: "plain", type: "button", id: "sign-out" }, "Sign out");
  leave.addEventListener("click", () => {
    signOut();
    location.reload();
  });
  place.append(
    element(
      "span",
      {},
      element("b", { id: "who" }, who.name),
      element("span", { class: "quiet" }, who.mfa ? " with a second factor" : ""),
    ),
    element("a", { href: signInAddress() }, "Be another"),
    leave,
  );
} else if (location.pathname !== "/sign-in") {
  place.append(element("a", { class: "button", href: signInAddress() }, "Sign in"));
}
