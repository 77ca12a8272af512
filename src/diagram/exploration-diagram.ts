import type { ExploredRun } from '../analysis/exploration.ts';
import { drawSequence } from './sequence.ts';

/** Mermaid takes more than linear time; this much is drawn in about half a second. */
const MOST_MESSAGES = 300;
/** A line of `drawSequence` that is a message. */
const MESSAGE = /^ {2}\w+(?:-\)|-?->>)\w+: /;

/**
 * An explored run as a Mermaid diagram, one message a step in order, the cycle in a `loop`. Of a run that is too
 * long the last steps, under their own numbers; a comment says so.
 */
export function explorationDiagram({ prefix, cycle }: ExploredRun, title: string): string {
  const steps = [...prefix, ...cycle];
  const shown = steps.slice(-MOST_MESSAGES);
  const left = steps.length - shown.length;
  const lines = drawSequence(shown, { title }).trimEnd().split('\n');
  if (cycle.length > 0) {
    const messages = lines.flatMap((line, at) => (MESSAGE.test(line) ? [at] : []));
    lines.splice(messages[Math.max(0, prefix.length - left)] ?? lines.length, 0, '  loop for ever');
    lines.push('  end');
  }
  if (left === 0) return lines.join('\n');
  const comment = `  %% the last ${shown.length} of ${steps.length} steps; the first ${left} are left out`;
  return lines
    .flatMap((line, at) => (at === 0 ? [line, comment] : [line]))
    .map((line) => (line === '  autonumber' ? `  autonumber ${left + 1}` : line))
    .join('\n');
}
