/** What the panel was asked to show: a device of a launch file, or a path from the library. */
export type Subject =
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
    }
  | { readonly kind: 'path'; readonly path: string };

/** One thing that the answer takes for granted and no launch file says. */
export interface Assumption {
  /** The setting that changes it, e.g. `irqPath.assume.qemu`; empty when there is none. */
  readonly setting: string;
  /** Short words for the bar, e.g. `QEMU 10.1`. */
  readonly text: string;
  /** What it means and where it comes from, for the tooltip. */
  readonly detail: string;
}

/** A stretch of an answer's sentence; what is strong is what people look for first. */
export interface Phrase {
  readonly text: string;
  readonly strong: boolean;
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
  readonly title: string;
  /** How many interrupts took this shape. */
  readonly count: number;
  /** Number of steps in it. */
  readonly steps: number;
}

/** Everything about a finished run but its rows, which come in pages. */
export interface Answer {
  /** Number of the run that the pages belong to. */
  readonly run: number;
  readonly path: string;
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
export type PanelCommand = 'openSamples' | 'changeAssumptions' | 'copyMermaid' | 'copyText' | 'openFile';

/** All commands of the panel, for checks. */
export const PANEL_COMMANDS: readonly PanelCommand[] = [
  'openSamples',
  'changeAssumptions',
  'copyMermaid',
  'copyText',
  'openFile',
];

/** The sections of the inspector. */
export type Section = 'step' | 'why' | 'numbers';

/** What the panel shows. The extension owns it; the panel only asks for changes. */
export interface PanelState {
  /** Grows with every change; the newest wins. */
  readonly rev: number;
  /** Null while nothing has been asked yet. */
  readonly subject: Subject | null;
  readonly busy: boolean;
  readonly assumptions: readonly Assumption[];
  readonly notes: readonly Note[];
  /** The view of the panel; others come with comparing and exploring. */
  readonly tab: 'path';
  /** Index of the shape that is shown. */
  readonly shape: number;
  /** Index of the current step in that shape. */
  readonly step: number;
  readonly section: Section;
  /** Null while there is no finished run. */
  readonly answer: Answer | null;
  readonly trouble: Trouble | null;
}

/** What survives a reload of the window: the question, not the answer, which is computed again. */
export interface PanelIntent {
  readonly subject: Subject;
  readonly shape: number;
  readonly step: number;
}
