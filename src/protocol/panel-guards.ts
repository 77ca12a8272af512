import {
  boolean,
  count,
  either,
  indexOrNone,
  list,
  nullable,
  object,
  oneOf,
  optional,
  record,
  text,
} from './guards.ts';
import type { Guard } from './guards.ts';
import { isAskedRace, isRaces } from './races-guards.ts';
import { isUnit } from './run-progress.ts';
import { PANEL_COMMANDS } from './panel-state.ts';
import type {
  Answer,
  Assumption,
  ComparedValue,
  Comparison,
  ComparisonColumn,
  Figure,
  FigureGroup,
  Look,
  Note,
  Offer,
  PanelCommand,
  PanelIntent,
  PanelState,
  Phrase,
  Reason,
  ShapeEntry,
  SingleSubject,
  Subject,
  Trouble,
  WhatIfChange,
} from './panel-state.ts';

const name = text(4_000);

export const isPanelCommand: Guard<PanelCommand> = oneOf(...PANEL_COMMANDS);

const LOOK = {
  tab: oneOf('path', 'compare', 'races'),
  view: oneOf('sequence', 'time'),
  detail: oneOf('overview', 'all'),
  folds: boolean,
  hidden: list(name, 1_000),
  section: oneOf('step', 'state', 'why', 'numbers'),
} as const;

/** Whether a value says where the user looks. */
export const isLook: Guard<Look> = object<Look>(LOOK);

/** Whether a value names one device or path. */
export const isSingleSubject: Guard<SingleSubject> = either(
  object<Extract<SingleSubject, { kind: 'device' }>>({
    kind: oneOf('device'),
    uri: name,
    fileName: name,
    device: name,
    driver: name,
    line: count,
    machineLine: optional(count),
    asPath: nullable(name),
    options: optional(record(name)),
  }),
  either(
    object<Extract<SingleSubject, { kind: 'added' }>>({
      kind: oneOf('added'),
      id: name,
      driver: name,
      asPath: nullable(name),
      options: optional(record(name)),
    }),
    object<Extract<SingleSubject, { kind: 'path' }>>({ kind: oneOf('path'), path: name }),
  ),
);

const isSubject: Guard<Subject> = either(
  isSingleSubject,
  object<Extract<Subject, { kind: 'comparison' }>>({
    kind: oneOf('comparison'),
    members: list(isSingleSubject, 100),
  }),
);

const isPhrases = list(object<Phrase>({ text: name, strong: boolean }));

const isAnswer = object<Answer>({
  run: count,
  path: name,
  words: object<Answer['words']>({ unit: isUnit, destination: name }),
  delta: isPhrases,
  sentence: isPhrases,
  trust: name,
  shapes: list(object<ShapeEntry>({ drawing: count, title: name, count, steps: count })),
  reasons: list(object<Reason>({ because: name, source: name, rejects: nullable(name) })),
  numbers: list(
    object<FigureGroup>({ title: name, figures: list(object<Figure>({ name: name, value: name })) }),
  ),
});

const isComparison = object<Comparison>({
  id: count,
  per: name,
  columns: list(
    object<ComparisonColumn>({
      title: name,
      path: name,
      shapes: list(object<ComparisonColumn['shapes'][number]>({ title: name, count })),
    }),
    100,
  ),
  rows: list(
    object<Comparison['rows'][number]>({
      name,
      values: list(
        object<ComparedValue>({ text: name, change: name, mark: nullable(oneOf('smallest', 'largest')) }),
      ),
    }),
  ),
  deltas: list(isPhrases),
  missing: list(name),
  isDrawn: boolean,
});

/** Whether a value is what the panel shows. */
export const isPanelState: Guard<PanelState> = object<PanelState>({
  rev: count,
  subject: nullable(isSubject),
  busy: boolean,
  follow: boolean,
  whatIf: list(object<WhatIfChange>({ option: name, from: name, to: name })),
  moved: isPhrases,
  assumptions: list(object<Assumption>({ fact: name, text: name, detail: name })),
  notes: list(
    object<Note>({ severity: oneOf('error', 'warning', 'information'), message: name, line: indexOrNone }),
  ),
  interrupts: count,
  shape: count,
  step: count,
  ...LOOK,
  answer: nullable(isAnswer),
  comparison: nullable(isComparison),
  offers: list(object<Offer>({ title: name, path: name, detail: name }), 100),
  trouble: nullable(
    object<Trouble>({
      message: name,
      action: nullable(object<NonNullable<Trouble['action']>>({ label: name, command: isPanelCommand })),
    }),
  ),
  races: nullable(isRaces),
});

/** Whether a value that came back after a reload is a question that can be asked again. */
export const isPanelIntent: Guard<PanelIntent> = object<PanelIntent>({
  subject: isSubject,
  interrupts: count,
  shape: count,
  step: count,
  follow: boolean,
  look: isLook,
  race: optional(isAskedRace),
});
