import { element } from '../dom.ts';

/** One tab and what it opens. */
export interface Tab<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly content: HTMLElement;
}

/** A strip of tabs with their panels: buttons, arrow keys, Home and End, and roles that screen readers know. */
export interface TabStrip<Id extends string> {
  readonly strip: HTMLElement;
  /** In the order of the tabs; the ones that are not chosen are hidden. */
  readonly panels: readonly HTMLElement[];
  readonly choose: (id: Id) => void;
}

/** `kind` makes the ids of the elements; `chosen` is told when the user goes to a tab. */
export function tabStrip<Id extends string>(
  kind: string,
  label: string,
  tabs: readonly Tab<Id>[],
  chosen: (id: Id) => void,
): TabStrip<Id> {
  const buttons = tabs.map(({ id, title }) => {
    const button = element(
      'button',
      {
        id: `tab-${id}`,
        class: 'tab',
        role: 'tab',
        type: 'button',
        'aria-controls': `${kind}-${id}`,
      },
      title,
    );
    button.addEventListener('click', () => {
      chosen(id);
    });
    return button;
  });
  const strip = element('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...buttons);
  strip.addEventListener('keydown', (event) => {
    const from = buttons.findIndex((button) => button === document.activeElement);
    const to = tabAfter(event.key, from, tabs.length);
    const next = to === undefined ? undefined : tabs[to];
    if (to === undefined || !next) return;
    event.preventDefault();
    chosen(next.id);
    buttons[to]?.focus();
  });
  const panels = tabs.map(({ id, content }) =>
    element(
      'div',
      { id: `${kind}-${id}`, class: kind, role: 'tabpanel', 'aria-labelledby': `tab-${id}` },
      content,
    ),
  );
  return {
    strip,
    panels,
    choose(wanted) {
      tabs.forEach(({ id }, i) => {
        const shown = id === wanted;
        buttons[i]?.setAttribute('aria-selected', String(shown));
        buttons[i]?.setAttribute('tabindex', shown ? '0' : '-1');
        const panel = panels[i];
        if (panel) panel.hidden = !shown;
      });
    },
  };
}

/** The tab that a key goes to, as the tabs pattern of ARIA has it: round at the ends. Other keys go nowhere. */
function tabAfter(key: string, from: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (from + 1) % count;
    case 'ArrowLeft':
      return (from + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
