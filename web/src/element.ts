/** Elements are made one by one: text is never parsed as HTML. */

type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);

/** An element with attributes (`onclick` and the like are listeners) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  dress(made, given);
  append(made, children);
  return made;
}

export function svg(tag: string, given: Record<string, Value> = {}, ...children: Child[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  dress(made, given);
  append(made, children);
  return made;
}

function dress(element: Element, given: Record<string, Value>): void {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value as unknown as EventListener);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

function append(element: Element, children: Child[]): void {
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
}
