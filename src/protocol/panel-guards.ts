import { boolean, count, either, indexOrNone, list, nullable, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';
import { PANEL_COMMANDS } from './panel-state.ts';
import type {
  Answer,
  Assumption,
  Figure,
  FigureGroup,
  Note,
  PanelCommand,
  PanelIntent,
  PanelState,
  Phrase,
  Reason,
  Section,
  ShapeEntry,
  Subject,
  Trouble,
} from './panel-state.ts';

const name = text(4_000);

export const isPanelCommand: Guard<PanelCommand> = oneOf(...PANEL_COMMANDS);
export const isSection: Guard<Section> = oneOf('step', 'why', 'numbers');

const isSubject: Guard<Subject> = either(
  object<Extract<Subject, { kind: 'device' }>>({
    kind: oneOf('device'),
    uri: name,
    fileName: name,
    device: name,
    driver: name,
    line: count,
  }),
  object<Extract<Subject, { kind: 'path' }>>({ kind: oneOf('path'), path: name }),
);

const isAnswer = object<Answer>({
  run: count,
  path: name,
  sentence: list(object<Phrase>({ text: name, strong: boolean })),
  trust: name,
  shapes: list(object<ShapeEntry>({ title: name, count, steps: count })),
  reasons: list(object<Reason>({ because: name, source: name, rejects: nullable(name) })),
  numbers: list(
    object<FigureGroup>({ title: name, figures: list(object<Figure>({ name: name, value: name })) }),
  ),
});

/** Whether a value is what the panel shows. */
export const isPanelState: Guard<PanelState> = object<PanelState>({
  rev: count,
  subject: nullable(isSubject),
  busy: boolean,
  assumptions: list(object<Assumption>({ setting: name, text: name, detail: name })),
  notes: list(
    object<Note>({ severity: oneOf('error', 'warning', 'information'), message: name, line: indexOrNone }),
  ),
  tab: oneOf('path'),
  shape: count,
  step: count,
  section: isSection,
  answer: nullable(isAnswer),
  trouble: nullable(
    object<Trouble>({
      message: name,
      action: nullable(object<NonNullable<Trouble['action']>>({ label: name, command: isPanelCommand })),
    }),
  ),
});

/** Whether a value that came back after a reload is a question that can be asked again. */
export const isPanelIntent: Guard<PanelIntent> = object<PanelIntent>({
  subject: isSubject,
  shape: count,
  step: count,
});
