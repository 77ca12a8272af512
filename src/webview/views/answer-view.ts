import type { PanelState, Subject } from '../../protocol/panel-state.ts';
import { element, icon, linkButton } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** The top of the panel: what was asked, the answer in a sentence, and what it takes for granted. */
export function answerView(store: PanelStore): HTMLElement {
  const subject = element('div', { class: 'subject' });
  const sentence = element('h1', { class: 'sentence', 'data-testid': 'answer' });
  const assuming = element('div', { class: 'assuming', 'data-testid': 'assuming' });
  const notes = element('ul', { class: 'notes', 'aria-label': 'Notes on the launch file' });
  const view = element('header', { class: 'answer' }, subject, sentence, assuming, notes);
  store.subscribe(({ state }, before) => {
    if (before?.state.subject !== state.subject || before.state.answer !== state.answer) {
      subject.replaceChildren(...subjectLine(state, store));
    }
    if (before?.state.answer !== state.answer) {
      sentence.replaceChildren(
        ...(state.answer?.sentence ?? []).map(({ text, strong }) =>
          strong ? element('strong', {}, text) : text,
        ),
      );
      sentence.hidden = state.answer === null;
    }
    if (before?.state.answer !== state.answer || before.state.assumptions !== state.assumptions) {
      assuming.replaceChildren(...assumingLine(state, store));
    }
    if (before?.state.notes !== state.notes) {
      notes.replaceChildren(
        ...state.notes.map(({ severity, message, line }) => noteLine(severity, message, line)),
      );
      notes.hidden = state.notes.length === 0;
    }
    view.setAttribute('aria-busy', String(state.busy));
  });
  return view;
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
  return parts;
}

function subjectName(subject: Subject, store: PanelStore): HTMLElement {
  if (subject.kind === 'path') return element('span', {}, 'from the library of paths');
  const place = `${subject.fileName}:${String(subject.line + 1)}`;
  return element(
    'span',
    {},
    element('strong', {}, subject.device),
    subject.device === subject.driver ? ' ' : ` ${subject.driver} `,
    linkButton(place, 'Show the device in its file', () => {
      store.command('openFile');
    }),
  );
}

function assumingLine(state: PanelState, store: PanelStore): Node[] {
  if (state.assumptions.length === 0) return [];
  const parts: Node[] = [element('span', {}, 'Assuming')];
  parts.push(
    ...state.assumptions.map(({ text, detail }) =>
      element('span', { class: 'assumption', title: detail }, text),
    ),
    linkButton('change', 'Open the settings that these assumptions come from', () => {
      store.command('changeAssumptions');
    }),
  );
  if (state.answer)
    parts.push(element('span', { class: 'trust', 'data-testid': 'trust' }, state.answer.trust));
  return parts;
}

function noteLine(severity: string, message: string, line: number): HTMLElement {
  const name = severity === 'information' ? 'info' : severity;
  const place = line < 0 ? '' : `line ${String(line + 1)}: `;
  return element('li', { class: `note ${severity}` }, icon(name), `${place}${message}`);
}
