import type { LegWords } from '../analysis/leg-words.ts';
import type { Phrase } from './phrase.ts';
import type { AskedRace, Races } from './races-state.ts';

export type { Phrase };

/** Values by the names of options of a device, or of the machine that it is in. */
export type OptionValues = Readonly<Record<string, string>>;

/** One device or path that can be run. */
export type SingleSubject =
  | {
      readonly kind: 'device';
      /** URI of the launch file, as text. */
      readonly uri: string;
      /** Name of the file for people. */
      readonly fileName: string;
      /** The device's `id=` or the name that the resolver gave it. */
      readonly device: string;
      /** QEMU's name of the device model. */
      readonly driver: string;
      /** Where the device stands; counted from 0. */
      readonly line: number;
      /** Where its machine begins: another one may have the same device from the same place. Left out where nobody knows. */
      readonly machineLine?: number;
      /** A path to run although the device does not take it, to compare; null for the one that it takes. */
      readonly asPath: string | null;
      /** Options that are to have other values than in file and tree, to compare; none if it is left out. */
      readonly options?: OptionValues;
    }
  | {
      /** A device that was added by hand. */
      readonly kind: 'added';
      readonly id: string;
      readonly driver: string;
      readonly asPath: string | null;
      readonly options?: OptionValues;
    }
  | { readonly kind: 'path'; readonly path: string };

/** What the panel was asked to show: a device of a launch file or of the tree, a path, or several side by side. */
export type Subject =
  SingleSubject | { readonly kind: 'comparison'; readonly members: readonly SingleSubject[] };

/** One thing that the answer takes for granted and no launch file says. */
export interface Assumption {
  /** The fact that can be changed, e.g. `host.qemu`; empty when it is none. */
  readonly fact: string;
  /** Short words for the bar, e.g. `QEMU 10.1`. */
  readonly text: string;
  /** What it means and where it comes from, for the tooltip. */
  readonly detail: string;
}

/** An option of the device that is not as the file has it. */
export interface WhatIfChange {
  readonly option: string;
  /** The value in the file, or the default. */
  readonly from: string;
  readonly to: string;
}

/** The summaries of several runs, side by side. */
export interface Comparison {
  /** The number by which its drawing is asked for; another one for every comparison. */
  readonly id: number;
  /** What the numbers are counted for, e.g. `per interrupt`. */
  readonly per: string;
  readonly columns: readonly ComparisonColumn[];
  /** Of each row as many values as there are columns. */
  readonly rows: readonly { readonly name: string; readonly values: readonly ComparedValue[] }[];
  /** What each column costs against the first one, in a sentence; none for the first. */
  readonly deltas: readonly (readonly Phrase[])[];
  /** What has no column, and why. */
  readonly missing: readonly string[];
  /** Whether the runs can be drawn side by side; else there is the table only. */
  readonly isDrawn: boolean;
}

/** One of the runs that are compared. */
export interface ComparisonColumn {
  readonly title: string;
  readonly path: string;
  readonly shapes: readonly Pick<ShapeEntry, 'title' | 'count'>[];
}

/** A number of a comparison's table, in words. */
export interface ComparedValue {
  readonly text: string;
  /** The difference to the first column; empty where none can be claimed, and in the first. */
  readonly change: string;
  /** Whether it is the least or the most of its row; null where all are alike, or for the others. */
  readonly mark: 'smallest' | 'largest' | null;
}

/** Something to compare the subject with, or to ask instead. */
export interface Offer {
  /** What would be other, e.g. `x-no-kvm-intx=on`. */
  readonly title: string;
  /** The path that follows from it. */
  readonly path: string;
  /** Why the device does not take it as it is; may be empty. */
  readonly detail: string;
}

/** Why a path was taken, or why it was not. */
export interface Reason {
  readonly because: string;
  /** Where this is decided in reality, e.g. `QEMU hw/vfio/platform.c vfio_start_irqfd_injection`. */
  readonly source: string;
  /** The path that was ruled out by this, if it is a reason against one. */
  readonly rejects: string | null;
}

/** Something about the launch file that the reader has to say. */
export interface Note {
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  /** Counted from 0; -1 when the note belongs to no line. */
  readonly line: number;
}

/** A name and a value, as a row of a small table. */
export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** A table of the *Numbers* section. */
export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** The cycles of a run that look alike, as the chooser shows them. */
export interface ShapeEntry {
  /** The number by which its rows are asked for. */
  readonly drawing: number;
  readonly title: string;
  /** How many interrupts took this shape. */
  readonly count: number;
  /** Number of steps in it. */
  readonly steps: number;
}

/** Everything about a finished run but its rows, which come in pages. */
export interface Answer {
  /** Number of the run: another one for every answer. */
  readonly run: number;
  readonly path: string;
  /** What the numbers are those of: interrupts, or requests on their way to the device. */
  readonly words: LegWords;
  /** What the decisive option costs against its other value, or the what-if against the file; may be empty. */
  readonly delta: readonly Phrase[];
  readonly sentence: readonly Phrase[];
  /** How far the numbers can be trusted, in words. */
  readonly trust: string;
  readonly shapes: readonly ShapeEntry[];
  readonly reasons: readonly Reason[];
  readonly numbers: readonly FigureGroup[];
}

/** What stands where the diagram would, when there is none. */
export interface Trouble {
  readonly message: string;
  /** What can be done about it: the label of a button and the action it stands for; null when nothing can. */
  readonly action: { readonly label: string; readonly command: PanelCommand } | null;
}

/** What the panel can ask the extension to do for it. */
export type PanelCommand =
  | 'openSamples'
  | 'changeAssumptions'
  | 'copyMermaid'
  | 'copyText'
  | 'openFile'
  | 'applyWhatIf'
  | 'resetWhatIf'
  | 'toggleFollow'
  | 'cancelRun'
  | 'runAgain'
  | 'explore'
  | 'stopExploring'
  | 'goOnExploring'
  | 'closeRace';

/** All commands of the panel, for checks. */
export const PANEL_COMMANDS: readonly PanelCommand[] = [
  'openSamples',
  'changeAssumptions',
  'copyMermaid',
  'copyText',
  'openFile',
  'applyWhatIf',
  'resetWhatIf',
  'toggleFollow',
  'cancelRun',
  'runAgain',
  'explore',
  'stopExploring',
  'goOnExploring',
  'closeRace',
];

/** The sections of the inspector. */
export type Section = 'step' | 'state' | 'why' | 'numbers';

/** What the panel is asked about the subject: its run, how it compares, how it can go wrong. */
export type Tab = 'path' | 'compare' | 'races';

/** How a run is drawn: who calls whom, or who is busy when. */
export type RunView = 'sequence' | 'time';

/** How much of a cycle is drawn: only where the context changes, or every step. */
export type Detail = 'overview' | 'all';

/** Where the user looks. It stays when another answer comes. */
export interface Look {
  readonly tab: Tab;
  readonly view: RunView;
  readonly detail: Detail;
  /** Whether what comes several times in a row is shown once. */
  readonly folds: boolean;
  /** Parties whose steps are not shown; of other paths' parties too, which come back with their path. */
  readonly hidden: readonly string[];
  readonly section: Section;
}

/** What the panel shows. The extension owns it; the panel only asks for changes. */
export interface PanelState extends Look {
  /** Grows with every change; the newest wins. */
  readonly rev: number;
  /** Null while nothing has been asked yet. */
  readonly subject: Subject | null;
  readonly busy: boolean;
  /** Whether the panel goes to the device that the cursor comes to. */
  readonly follow: boolean;
  /** Options of the device that were changed in the tree and not in the file. */
  readonly whatIf: readonly WhatIfChange[];
  /** What the last change of an assumption did to the numbers; empty before there was one. */
  readonly moved: readonly Phrase[];
  readonly assumptions: readonly Assumption[];
  readonly notes: readonly Note[];
  /** How many interrupts a run has that is asked for. */
  readonly interrupts: number;
  /** Index of the shape that is shown. */
  readonly shape: number;
  /** Index of the current step among all steps of that shape, shown or not. */
  readonly step: number;
  /** Null while there is no finished run. */
  readonly answer: Answer | null;
  /** Takes the place of an answer where several were asked for. */
  readonly comparison: Comparison | null;
  /** With an answer: what to compare it with. With trouble: what can be shown in its place. */
  readonly offers: readonly Offer[];
  readonly trouble: Trouble | null;
  /** Null while there is no answer. */
  readonly races: Races | null;
}

/** What survives a reload of the window: the question, not the answer, which is computed again. */
export interface PanelIntent {
  readonly subject: Subject;
  readonly interrupts: number;
  readonly shape: number;
  readonly step: number;
  readonly follow: boolean;
  readonly look: Look;
  /** The counterexample that was open; left out if there was none. */
  readonly race?: AskedRace;
}
