// Makes elements. Data reaches the page as text and attributes only, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: `h("button", {class: "primary", testid: "send", on: {click}}, "Send")`. */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** An SVG element. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else if (name === "testid") {
      node.setAttribute("data-testid", value);
    } else if (name === "value" && "value" in node) {
      node.value = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/** Replaces what is in `node`. */
export function show(node, ...children) {
  const focus = focusMark(node);
  node.replaceChildren();
  append(node, children);
  restoreFocus(node, focus);
  return node;
}

/** Shows `items` in `parent`, one child each, and touches only those whose signature has changed. */
export function keyed(parent, items, key, signature, make) {
  const old = new Map();
  for (const node of [...parent.children]) {
    if (node.keyOf === undefined) node.remove();
    else old.set(node.keyOf, node);
  }
  const focus = focusMark(parent);
  let previous = null;
  for (const item of items) {
    const name = String(key(item));
    const mark = JSON.stringify(signature(item));
    let node = old.get(name);
    old.delete(name);
    if (!node || node.markOf !== mark) {
      const fresh = make(item);
      fresh.keyOf = name;
      fresh.markOf = mark;
      node?.remove();
      node = fresh;
    }
    const place = previous ? previous.nextSibling : parent.firstChild;
    if (node !== place) parent.insertBefore(node, place);
    previous = node;
  }
  for (const node of old.values()) node.remove();
  restoreFocus(parent, focus);
}

/** What had the focus, by test id and place, so that a redrawn list does not lose it. */
function focusMark(node) {
  const active = document.activeElement;
  if (!active || active === node || !node.contains(active)) return null;
  const id = active.dataset?.testid;
  if (!id) return null;
  const row = active.closest("[data-row]")?.dataset.row;
  return { id, row, start: active.selectionStart, end: active.selectionEnd, value: active.value };
}

function restoreFocus(node, mark) {
  if (!mark || node.contains(document.activeElement)) return;
  const within = mark.row ? node.querySelector(`[data-row="${CSS.escape(mark.row)}"]`) ?? node : node;
  const target = within.dataset?.testid === mark.id ? within : within.querySelector(`[data-testid="${mark.id}"]`);
  target?.focus({ preventScroll: true });
}

/** A button with text; `icon` goes before it. */
export function button(label, props, icon) {
  return h("button", { type: "button", ...props }, icon, icon ? h("span", {}, label) : label);
}

/** A button that shows only an icon, with its name for those who don't see it. */
export function iconButton(label, icon, props) {
  return h("button", { type: "button", title: label, "aria-label": label, ...props,
    class: `icon-button ${props?.class ?? ""}` }, icon);
}

let lastID = 0;

/** A name for an element, to tie a label to it. */
export const freshID = (prefix) => `${prefix}-${++lastID}`;
