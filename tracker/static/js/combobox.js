// Type-ahead over plain text inputs: the editable combobox with list autocomplete of the ARIA authoring practices.
// <input data-suggest="/suggest/people" [data-multiple=";"] [data-create-label="Create “{text}”…"] [data-create-url="…"]>
// The address answers [{value, label, detail, fill: {field: value}}] to ?q=; the form works the same without this file.

import { autofill } from "./autofill.js";

const WAIT = 120;
let serial = 0;

class Combobox {
  constructor(input) {
    this.input = input;
    this.separator = input.dataset.multiple ?? null;
    this.options = [];
    this.active = -1;
    this.hidden = [];
    this.build();
    input.addEventListener("input", () => this.edited());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // Somebody may have typed before this file arrived.
    if (document.activeElement === input && input.value !== input.defaultValue) this.edited();
  }

  build() {
    const { input } = this;
    const id = `combo-${(serial += 1)}`;
    const focused = document.activeElement === input;
    let frame = input.closest(".combo");
    if (!frame) {
      frame = element("div", "combo");
      input.replaceWith(frame);
      frame.append(input);
    }
    this.list = element("ul", "combo-list");
    this.list.id = id;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label(input));
    // Keep the focus in the field, so that blur means leaving.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.click(event));
    this.status = element("div", "visually-hidden");
    this.status.setAttribute("role", "status");
    frame.append(this.list, this.status);
    set(input, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id });
    input.autocomplete = "off";
    if (focused) input.focus();
  }

  // What is being completed: all of the text, or the last item of a list.
  text() {
    const all = this.input.value;
    return (this.separator ? all.slice(all.lastIndexOf(this.separator) + 1) : all).trim();
  }

  // A hidden field says which of two namesakes was meant; text typed over it means somebody else.
  edited() {
    for (const name of this.hidden) this.input.form.elements.namedItem(name).value = "";
    this.hidden = [];
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.text()) return this.close();
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const text = this.text();
    this.request = new AbortController();
    const address = new URL(this.input.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === this.input) this.show(await answer.json(), text);
    } catch (error) {
      // Without suggestions the field is still a field: the server resolves the text on submit.
      if (error.name !== "AbortError") this.close();
    }
  }

  show(found, text) {
    this.options = found.map((choice) => ({ ...choice, node: option(choice) }));
    const create = this.createOption(text);
    if (create) this.options.push(create);
    this.list.replaceChildren(...this.options.map((choice) => choice.node));
    this.options.forEach((choice, index) => (choice.node.id = `${this.list.id}-${index}`));
    const words = document.body.dataset;
    this.status.textContent = found.length
      ? (words.textCount ?? "{count}").replace("{count}", found.length)
      : (words.textNone ?? "");
    if (!this.options.length) return this.close();
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    // With nothing found, Enter must not create somebody by surprise.
    this.mark(found.length ? 0 : -1);
  }

  createOption(text) {
    const { createLabel, createUrl } = this.input.dataset;
    if (!createLabel || (!createUrl && !this.createButton())) return null;
    const node = option({ label: createLabel.replace("{text}", text), plain: true, keys: "Ctrl Enter" });
    node.classList.add("combo-create");
    return { create: true, node };
  }

  createButton() {
    return this.input.form?.querySelector("button[data-create]");
  }

  create() {
    const { createUrl } = this.input.dataset;
    const text = this.text();
    this.close();
    const button = this.createButton();
    if (button) return this.input.form.requestSubmit(button);
    if (!createUrl) return undefined;
    const address = new URL(createUrl, location.href);
    address.searchParams.set("name", text);
    return location.assign(address);
  }

  mark(index) {
    this.options[this.active]?.node.setAttribute("aria-selected", "false");
    this.active = index;
    const node = this.options[index]?.node;
    if (!node) return this.input.removeAttribute("aria-activedescendant");
    node.setAttribute("aria-selected", "true");
    node.scrollIntoView({ block: "nearest" });
    return this.input.setAttribute("aria-activedescendant", node.id);
  }

  get open() {
    return !this.list.hidden;
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    const wantsCreate = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (wantsCreate && (this.createButton() || this.input.dataset.createUrl)) {
      event.preventDefault();
      this.create();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" && this.open && this.active >= 0) {
      event.preventDefault();
      this.take(this.options[this.active]);
    } else if (event.key === "Enter" || event.key === "Tab") {
      this.close();
    }
  }

  step(by) {
    if (!this.open) return this.ask();
    const count = this.options.length;
    const from = this.active < 0 && by < 0 ? 0 : this.active;
    return this.mark((from + by + count) % count);
  }

  fill(values) {
    const { form } = this.input;
    if (!form || !values) return;
    this.hidden = Object.keys(values).filter((name) => isHidden(form.elements.namedItem(name)));
    for (const name of this.hidden) form.elements.namedItem(name).value = values[name] ?? "";
    autofill(form, values);
  }

  click(event) {
    const node = event.target.closest("[role=option]");
    const choice = this.options.find((each) => each.node === node);
    if (choice) this.take(choice);
  }

  take(choice) {
    if (choice.create) return this.create();
    const { input, separator } = this;
    const kept = separator ? input.value.slice(0, input.value.lastIndexOf(separator) + 1) : "";
    input.value = separator ? `${kept ? `${kept} ` : ""}${choice.value}${separator} ` : choice.value;
    this.close();
    this.fill(choice.fill);
    input.dispatchEvent(new CustomEvent("combobox:choose", { bubbles: true, detail: choice }));
    return input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function isHidden(field) {
  return field instanceof HTMLInputElement && field.type === "hidden";
}

function element(tag, name) {
  const node = document.createElement(tag);
  node.className = name;
  return node;
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

function label(input) {
  return input.getAttribute("aria-label") ?? input.labels?.[0]?.textContent.replace("*", "").trim() ?? "";
}

function option({ label: text, detail, plain = false, keys = "Enter" }) {
  const node = document.createElement("li");
  set(node, { role: "option", "aria-selected": "false" });
  const words = document.createElement("span");
  const main = document.createElement(plain ? "span" : "strong");
  main.textContent = text;
  words.append(main);
  if (detail) {
    const second = element("span", "detail");
    second.textContent = ` · ${detail}`;
    words.append(second);
  }
  const hint = element("span", "kbd");
  hint.textContent = keys;
  hint.setAttribute("aria-hidden", "true");
  node.append(words, hint);
  return node;
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Combobox(input);
