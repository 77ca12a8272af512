/** Attributes of a new element; `undefined` leaves one out. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** A new element with attributes and children; text children are never read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) created.setAttribute(name, value);
  }
  created.append(...children);
  return created;
}

/** A codicon that only decorates. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

/** A button that shows an icon and is named for screen readers and the tooltip. */
export function iconButton(name: string, label: string, press: () => void): HTMLButtonElement {
  const button = element('button', {
    class: 'icon-button',
    type: 'button',
    title: label,
    'aria-label': label,
  });
  button.append(icon(name));
  button.addEventListener('click', press);
  return button;
}

/** A button that looks like a link. */
export function linkButton(label: string, title: string | undefined, press: () => void): HTMLButtonElement {
  const button = element('button', { class: 'link-button', type: 'button', title }, label);
  button.addEventListener('click', press);
  return button;
}
