import type { PanelState, Phrase, Subject } from '../../protocol/panel-state.ts';
import { element, icon, iconButton, linkButton } from '../dom.ts';
import { unbroken } from '../format.ts';
import { replaceKeepingFocus } from '../keep-focus.ts';
import type { PanelStore } from '../panel-store.ts';
import { phraseNodes } from './phrases.ts';

/** The top of the panel: what was asked, the answer in a sentence, and what it takes for granted. */
export function answerView(store: PanelStore): HTMLElement {
  const subject = element('div', { class: 'subject' });
  const delta = element('p', { class: 'delta', 'data-testid': 'delta' });
  const sentence = element('h1', { class: 'sentence', 'data-testid': 'answer' });
  const assuming = element('div', { class: 'assuming', 'data-testid': 'assuming' });
  const moved = element('p', { class: 'moved', role: 'status', 'data-testid': 'moved' });
  const notes = element('ul', { class: 'notes', 'aria-label': 'Notes on the launch file' });
  const view = element('header', { class: 'answer' }, subject, delta, sentence, assuming, moved, notes);
  store.subscribe(({ state }, before) => {
    const old = before?.state;
    if (
      old?.subject !== state.subject ||
      old.answer !== state.answer ||
      old.follow !== state.follow ||
      old.whatIf !== state.whatIf
    ) {
      replaceKeepingFocus(subject, subjectLine(state, store));
    }
    if (old?.answer !== state.answer) {
      showPhrases(delta, state.answer?.delta ?? []);
      showPhrases(sentence, state.answer?.sentence ?? []);
    }
    if (old?.moved !== state.moved) showPhrases(moved, state.moved);
    if (
      old?.answer !== state.answer ||
      old.assumptions !== state.assumptions ||
      old.races?.bugs !== state.races?.bugs
    ) {
      replaceKeepingFocus(assuming, assumingLine(state, store));
    }
    if (old?.notes !== state.notes) {
      notes.replaceChildren(
        ...state.notes.map(({ severity, message, line }) => noteLine(severity, message, line)),
      );
      notes.hidden = state.notes.length === 0;
    }
    view.setAttribute('aria-busy', String(state.busy));
  });
  return view;
}

function showPhrases(view: HTMLElement, phrases: readonly Phrase[]): void {
  view.replaceChildren(...phraseNodes(phrases));
  view.hidden = phrases.length === 0;
}

function subjectLine(state: PanelState, store: PanelStore): Node[] {
  const parts: Node[] = [];
  if (state.subject) parts.push(subjectName(state.subject, store));
  if (state.answer) {
    parts.push(
      icon('arrow-right'),
      element('code', { class: 'path', 'data-testid': 'path' }, state.answer.path),
    );
  }
  if (state.whatIf.length > 0) parts.push(whatIfMark(state, store));
  parts.push(followButton(state, store));
  return parts;
}

function subjectName(subject: Subject, store: PanelStore): HTMLElement {
  switch (subject.kind) {
    case 'path':
      return element('span', {}, 'from the library of paths');
    case 'comparison':
      return element('h1', {}, 'Comparison');
    case 'added':
      return element('span', {}, element('strong', {}, subject.id), ` ${subject.driver}, added by you`);
    case 'device':
      return element(
        'span',
        {},
        element('strong', {}, subject.device),
        subject.device === subject.driver ? ' ' : ` ${subject.driver} `,
        linkButton(`${subject.fileName}:${String(subject.line + 1)}`, 'Show the device in its file', () => {
          store.command('openFile');
        }),
      );
  }
}

function whatIfMark(state: PanelState, store: PanelStore): HTMLElement {
  const changes = state.whatIf.map(({ option, from, to }) => `${option} ${from} → ${to}`).join(', ');
  const { subject } = state;
  if (subject && 'options' in subject) {
    // It belongs to a comparison: there is nothing in the tree that could be applied or taken back.
    return element('span', { class: 'what-if', 'data-testid': 'what-if' }, `● compared with ${changes}`);
  }
  return element(
    'span',
    { class: 'what-if', 'data-testid': 'what-if' },
    `● what-if: ${changes} `,
    linkButton('Apply to File', 'Write this into the launch file', () => {
      store.command('applyWhatIf');
    }),
    ' ',
    linkButton('Reset', 'Back to what the file says', () => {
      store.command('resetWhatIf');
    }),
  );
}

function followButton({ follow }: PanelState, store: PanelStore): HTMLElement {
  const label = follow
    ? 'The panel follows the cursor. Stay on this device'
    : 'The panel stays on this device. Follow the cursor';
  const button = iconButton(follow ? 'unlock' : 'lock', label, () => {
    store.command('toggleFollow');
  });
  button.setAttribute('data-testid', 'follow');
  button.setAttribute('data-control', 'follow');
  button.setAttribute('aria-pressed', String(!follow));
  return button;
}

function assumingLine(state: PanelState, store: PanelStore): Node[] {
  if (state.assumptions.length === 0) return [];
  const parts: Node[] = [element('span', {}, 'Assuming')];
  parts.push(
    ...state.assumptions.map(({ text, detail, fact }) => assumption(text, detail, fact, store)),
    linkButton('change', 'Choose an assumption to change', () => {
      store.command('changeAssumptions');
    }),
  );
  parts.push(...knownBugs(state, store));
  if (state.answer)
    parts.push(element('span', { class: 'trust', 'data-testid': 'trust' }, unbroken(state.answer.trust)));
  return parts;
}

/** How many known bugs the path has; a press goes to where they are shown. */
function knownBugs({ races }: PanelState, store: PanelStore): HTMLElement[] {
  const bugs = races?.bugs ?? [];
  if (bugs.length === 0) return [];
  const here = bugs.filter(({ isOn }) => isOn);
  const title = (here.length > 0 ? here : bugs).map(({ title }) => title).join('\n');
  const button = linkButton(bugsText(bugs.length, here.length), `${title}\nShow in Races.`, () => {
    store.look({ tab: 'races' });
  });
  button.setAttribute('data-control', 'known-bugs');
  button.setAttribute('data-testid', 'known-bugs');
  return [element('span', { 'aria-hidden': 'true' }, '·'), button];
}

/** `3 known bugs, 1 in these versions`. */
function bugsText(all: number, here: number): string {
  const bugs = `${String(all)} known ${all === 1 ? 'bug' : 'bugs'}`;
  return `${bugs}, ${here === 0 ? 'none' : String(here)} in these versions`;
}

/** One assumption; what can be changed is a button. */
function assumption(text: string, detail: string, fact: string, store: PanelStore): HTMLElement {
  if (fact === '') return element('span', { class: 'assumption', title: detail }, text);
  const button = linkButton(text, `${detail} Click to change it.`, () => {
    store.changeAssumption(fact);
  });
  button.classList.add('assumption');
  button.setAttribute('data-control', fact);
  return button;
}

function noteLine(severity: string, message: string, line: number): HTMLElement {
  const name = severity === 'information' ? 'info' : severity;
  const place = line < 0 ? '' : `line ${String(line + 1)}: `;
  return element('li', { class: `note ${severity}` }, icon(name), `${place}${message}`);
}
