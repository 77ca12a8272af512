import { approximateTime } from '../../analysis/approximately.ts';
import type { StepRow } from '../../analysis/simulation.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import { trustInWords } from '../../protocol/trust.ts';
import { escapeMarkdown } from '../hover/option-text.ts';
import { mainLeg } from '../question/legs.ts';
import { stepsInWords } from './function-steps.ts';
import type { FunctionSteps } from './function-steps.ts';
import type { SteppedPath } from './stepped-paths.ts';

/** What the lens of a function says: `step 7 of 14 of vfio-pci/intx-irqfd · simulate`, for a device of a file with its name. */
export function lensTitle(path: SteppedPath, steps: FunctionSteps | undefined): string {
  const where = steps ? `${stepsInWords(steps)} of ` : '';
  return `${where}${pathTitle(path.subject, path.request.path)}${shapeText(steps)} · simulate`;
}

/** A path, with the device that takes it: `vfio-pci/intx-irqfd (net0)`. */
export function pathTitle(subject: SingleSubject, path: string): string {
  if (subject.kind === 'path') return path;
  return `${path} (${subject.kind === 'device' ? subject.device : subject.id})`;
}

/** The hover on a function, as Markdown: its steps between the one before and the one after. `link` shows them. */
export function functionMarkdown(
  name: string,
  path: SteppedPath,
  steps: FunctionSteps,
  { link, others, alternative }: { link: string; others: readonly string[]; alternative: string | undefined },
): string {
  const { rows, positions } = steps;
  const [first = 0] = positions;
  const last = positions.at(-1) ?? first;
  const title = escapeMarkdown(pathTitle(path.subject, path.request.path));
  const table = [
    ...stepLines('before', rows, [first - 1]),
    ...stepLines('**here**', rows, positions.slice(0, MOST_STEPS)),
    ...(positions.length > MOST_STEPS
      ? [`| | … | ${String(positions.length - MOST_STEPS)} more steps | | |`]
      : []),
    ...stepLines('after', rows, [last + 1]),
  ];
  const parts = [
    `\`${name}\` is ${stepsInWords(steps)} of **${title}**${shapeText(steps)} · [simulate](${link})`,
    ['| | | step | party | cost |', '|---|--:|---|---|---|', ...table].join('\n'),
    ...optionsOf(path).map((line) => `- ${line}`),
    ...(alternative === undefined ? [] : [`- ${escapeMarkdown(alternative)}`]),
    ...(others.length === 0 ? [] : [`Also in ${others.map((other) => escapeMarkdown(other)).join(', ')}`]),
  ];
  return parts.join('\n\n');
}

/** More of them would not fit a hover. */
const MOST_STEPS = 5;

function shapeText(steps: FunctionSteps | undefined): string {
  return steps === undefined || steps.shape === 0 ? '' : ` in shape ${String(steps.shape + 1)}`;
}

function stepLines(what: string, rows: readonly StepRow[], positions: readonly number[]): string[] {
  return positions.flatMap((position, i) => {
    const row = rows[position];
    if (!row) return [];
    const cells = [
      i === 0 ? what : '',
      String(position + 1),
      `\`${row.label}\``,
      escapeMarkdown(row.party),
      costText(row),
    ];
    return [`| ${cells.join(' | ')} |`];
  });
}

function costText({ cost, costNs, costTrust }: StepRow): string {
  if (cost === null) return 'none of its own';
  return `${approximateTime(costNs)} ${escapeMarkdown(cost)}, ${trustInWords(costTrust)}`;
}

/** The options that decide: those of the device as its file has it, else what selects the path. */
function optionsOf({ subject, request, device }: SteppedPath): string[] {
  const asked = subject.kind === 'path' ? null : subject.asPath;
  const legs = device?.found.device.legs ?? [];
  const leg = legs.find((one) => one.path === asked) ?? (device ? mainLeg(device.found.device) : undefined);
  if (!leg) {
    const selectedBy = findPath(request.path)?.info.selectedBy ?? [];
    return selectedBy.length === 0 ? [] : [`taken with ${selectedBy.map(escapeMarkdown).join('; ')}`];
  }
  return leg.why.flatMap(({ option, value, isDefault, because }) =>
    option === null || value === null
      ? []
      : [`\`${option}=${value}\`${isDefault ? ' (default)' : ''}: ${escapeMarkdown(because)}`],
  );
}
