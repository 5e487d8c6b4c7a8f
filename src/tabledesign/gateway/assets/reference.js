// Swagger UI over this server's document; what is tried goes out as whoever is signed in.

import { element, session, signInAddress } from "./session.js";

const who = session();
document.getElementById("as-whom").append(
  who
    ? element("p", {}, "What you try is sent as ", element("b", {}, who.name), " and changes the data of this server.")
    : element("p", { class: "notice" }, element("a", { href: signInAddress() }, "Sign in"), " to try what you read here: without a token every answer is a 401."),
);

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

function withToken(request) {
  const address = new URL(request.url, location.origin);
  const token = session()?.token;
  if (token && address.origin === location.origin) request.headers.Authorization = "Bearer " + token;
  return request;
}

// The bundle is no module, so it is there only once the page has been read.
addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: withToken,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
});
