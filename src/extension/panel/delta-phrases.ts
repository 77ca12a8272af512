import { deltaBetween, deltaText } from '../../analysis/delta.ts';
import type { Measurement } from '../../analysis/simulation.ts';
import type { Phrase } from '../../protocol/panel-state.ts';
import type { Alternative } from '../question/alternatives.ts';
import { valueText } from '../what-if/device-options.ts';
import type { WhatIf } from '../what-if/situation.ts';

type Run = Pick<Measurement, 'path' | 'profile' | 'summary'>;

/** What is said where two runs do not differ. */
export const NO_DIFFERENCE = 'no difference in exits or latency';

/** What the option's present value costs against its other one, as the panel's first sentence. */
export function deltaPhrases({ option, value, other }: Alternative, from: Run, to: Run): Phrase[] {
  const claim = deltaText(deltaBetween(from, to), [from.path, to.path]) ?? NO_DIFFERENCE;
  return [
    strong(`${option.name}=${value}`),
    plain(' means '),
    strong(claim),
    plain(`, compared with ${option.name}=${other}${from.path === to.path ? '' : ` (${from.path})`}.`),
  ];
}

/** What a what-if changes against the file. */
export function whatIfPhrases(changes: readonly WhatIf[], file: Run, run: Run): Phrase[] {
  const claim = deltaText(deltaBetween(file, run), [file.path, run.path]) ?? NO_DIFFERENCE;
  const names = changes.map(({ option, value }) => `${option.name}=${valueText(option, value)}`).join(', ');
  return [
    plain('What if '),
    strong(names),
    plain(': '),
    strong(claim),
    plain(`, compared with the file${file.path === run.path ? '' : ` (${file.path})`}.`),
  ];
}

/** What a change of assumptions did to the answer. */
export function movedPhrases(changed: readonly string[], before: Run, after: Run): Phrase[] {
  const claim = deltaText(deltaBetween(before, after), [before.path, after.path]) ?? NO_DIFFERENCE;
  const path = before.path === after.path ? '' : `${before.path} → ${after.path}, `;
  return [plain(`${changed.join(', ')}: `), strong(`${path}${claim}`), plain('.')];
}

function plain(text: string): Phrase {
  return { text, strong: false };
}

function strong(text: string): Phrase {
  return { text, strong: true };
}
