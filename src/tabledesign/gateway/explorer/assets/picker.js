// The list of patterns, found by typing: a combobox with its list below.

import { element } from "/static/session.js";

export class Picker {
  constructor(patterns, choose) {
    this.box = document.getElementById("picker");
    this.input = document.getElementById("find");
    this.list = document.getElementById("patterns");
    this.patterns = patterns;
    this.choose = choose;
    this.chosen = null;
    this.active = -1;
    this.input.addEventListener("input", () => this.draw());
    this.input.addEventListener("focus", () => this.open());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // A press on the list must not take the focus from the input before it is a click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  show(name) {
    this.chosen = name;
    this.input.value = name ?? "";
    this.box.classList.toggle("chosen", name !== null);
    this.draw("");
  }

  open() {
    this.input.select();
    this.box.classList.add("open");
    this.draw("");
  }

  close() {
    this.box.classList.remove("open");
    this.input.value = this.chosen ?? "";
    this.draw("");
  }

  draw(words = this.input.value) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = this.patterns.filter((each) => {
      const text = `${each.name} ${each.place} ${each.explanation.question}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
    this.active = wanted.length && this.found.length ? 0 : this.found.findIndex((each) => each.name === this.chosen);
    this.list.replaceChildren(...this.found.map((each, i) => this.option(each, i)));
    if (!this.found.length) this.list.append(element("li", { class: "none", role: "option", "aria-disabled": "true" }, "No pattern asks that."));
    this.mark();
  }

  option(pattern, place) {
    return element(
      "li",
      {
        role: "option",
        id: `pattern-${place}`,
        "aria-selected": String(pattern.name === this.chosen),
        onclick: () => this.take(place),
      },
      element("span", { class: "head" }, element("b", {}, pattern.name), element("span", { class: "tag" }, pattern.place)),
      element("small", {}, pattern.explanation.question),
    );
  }

  mark() {
    [...this.list.children].forEach((each, i) => each.classList.toggle("active", i === this.active));
    const active = this.list.children[this.active];
    if (active?.id) {
      this.input.setAttribute("aria-activedescendant", active.id);
      if (this.list.clientHeight) this.list.scrollTop = Math.max(0, active.offsetTop - this.list.clientHeight / 2);
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      event.preventDefault();
      this.active = (this.active + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.take(this.active);
    }
  }

  take(place) {
    const { name } = this.found[place];
    this.chosen = name;
    this.input.blur();
    this.choose(name);
  }
}
