/**
 * Puts other children into a view. If one of its controls has the focus, it goes to the one that has taken its place: of
 * the same `data-control`, label or words, or else the nearest before it that is still there, or the first.
 */
export function replaceKeepingFocus(view: HTMLElement, children: readonly (Node | string)[]): void {
  const before = controlsOf(view);
  const at = hasFocus(view) ? before.findIndex((control) => control === document.activeElement) : -1;
  const earlier = before
    .slice(0, at + 1)
    .map(nameOf)
    .reverse();
  view.replaceChildren(...children);
  if (at < 0) return;
  const now = new Map(controlsOf(view).map((control) => [nameOf(control), control]));
  const name = earlier.find((one) => now.has(one)) ?? now.keys().next().value;
  if (name !== undefined) now.get(name)?.focus();
}

/**
 * Whether the focus is within a view. A panel that has it not remembers which of its elements had it last; to give that one
 * the focus would take it from where the user types.
 */
export function hasFocus(view: HTMLElement): boolean {
  return document.hasFocus() && view.contains(document.activeElement);
}

function controlsOf(view: HTMLElement): HTMLElement[] {
  return [...view.querySelectorAll<HTMLElement>('button')];
}

function nameOf(control: HTMLElement): string {
  return control.dataset.control ?? control.ariaLabel ?? control.textContent;
}
