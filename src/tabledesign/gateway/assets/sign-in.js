// Asks the issuer for a token, keeps it in this tab, and goes back to where one came from.

import { ask, comingBack, problemBox, session, signedIn } from "./session.js";

const form = document.getElementById("sign-in");
const now = session()?.subject;
const chosen = form.querySelector(`input[value="${CSS.escape(now ?? "")}"]`) ?? form.elements.user[0];
chosen.checked = true;
chosen.focus();

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { user: form.elements.user.value, mfa: form.elements.mfa.checked };
  try {
    const { value } = await ask("POST", "/sign-in/token", { body });
    signedIn(value);
    location.assign(comingBack());
  } catch (error) {
    if (!error.problem) throw error;
    document.getElementById("problem").replaceChildren(problemBox(error.problem));
  }
});
