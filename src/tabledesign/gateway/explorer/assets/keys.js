// Single keys, where nothing is being typed; whoever is served badly by them puts them off.

const OFF = "tabledesign.explorer.single-keys";

export function listen(actions) {
  const help = document.getElementById("help");
  const single = document.getElementById("single-keys");
  document.getElementById("keys").addEventListener("click", () => help.showModal());
  single.checked = localStorage.getItem(OFF) !== "off";
  single.addEventListener("change", () => localStorage.setItem(OFF, single.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "Escape") {
      event.target.blur();
      if (!typing) actions.Escape();
      return;
    }
    if (typing || !single.checked) return;
    const act = event.key === "?" ? () => help.showModal() : actionFor(event.key, actions);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actionFor(key, actions) {
  return /^[0-9]$/.test(key) ? () => actions.place(Number(key)) : actions[key];
}
