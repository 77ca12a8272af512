import type { LatencyShare } from '../../analysis/latency-split.ts';
import type { LegWords } from '../../analysis/leg-words.ts';
import { element } from '../dom.ts';
import { clock, homeInWords, unbroken } from '../format.ts';

/** Where the latency goes: in a sentence, as a stacked bar, and part by part; each part goes to its first step. */
export interface LatencyBar {
  readonly sentence: readonly (Node | string)[];
  readonly parts: readonly HTMLElement[];
}

/** Of no shares, the sentence says that there is no latency. */
export function latencyBar(
  shares: readonly LatencyShare[],
  { destination }: LegWords,
  selectStep: (position: number) => void,
): LatencyBar {
  const totalNs = (shares.at(-1)?.endNs ?? 0) - (shares[0]?.startNs ?? 0);
  if (totalNs <= 0)
    return { sentence: [`No latency: nothing comes to ${destination} in this shape.`], parts: [] };
  const stack = element('div', { class: 'latency-stack', 'aria-hidden': 'true' });
  const legend = element('ol', { class: 'latency-legend', 'aria-label': 'Parts of the latency' });
  for (const share of shares) {
    const title = shareTitle(share, shares);
    const segment = element('div', {
      class: `segment ${share.kind} ${share.home}`,
      title: `${title}: ${clock(lengthOf(share))}`,
    });
    segment.style.flexGrow = String(lengthOf(share) / totalNs);
    if (share.assumedNs > 0) {
      const assumed = element('div', { class: 'assumed' });
      assumed.style.width = `${String((100 * share.assumedNs) / lengthOf(share))}%`;
      segment.append(assumed);
    }
    const go = (): void => {
      selectStep(share.position);
    };
    segment.addEventListener('click', go);
    stack.append(segment);
    const button = element(
      'button',
      { class: 'latency-part', type: 'button', title: 'Go to its first step' },
      element('span', { class: `swatch ${share.kind} ${share.home}`, 'aria-hidden': 'true' }),
      `${title} `,
      element('span', { class: 'figure' }, clock(lengthOf(share))),
    );
    button.addEventListener('click', go);
    legend.append(element('li', {}, button));
  }
  return { sentence: sentence(shares, totalNs), parts: [stack, legend] };
}

function sentence(shares: readonly LatencyShare[], totalNs: number): (Node | string)[] {
  const total = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const waitsNs = total(shares.filter(({ kind }) => kind === 'waits').map(lengthOf));
  const assumedNs = total(shares.map(({ assumedNs }) => assumedNs));
  const percent = (ns: number): string => `${String(Math.round((100 * ns) / totalNs))} %`;
  return [
    element('strong', {}, unbroken(`Latency ${clock(totalNs)}`)),
    unbroken(`: ${percent(totalNs - waitsNs)} running, ${percent(waitsNs)} waiting`),
    ...(assumedNs > 0
      ? [
          '; ',
          element('span', { class: 'swatch assumed', 'aria-hidden': 'true' }),
          unbroken(`${percent(assumedNs)} running on assumed costs`),
        ]
      : []),
  ];
}

function lengthOf({ startNs, endNs }: LatencyShare): number {
  return endNs - startNs;
}

/** `main loop in QEMU`; without the home where the process is in one home only. */
function shareTitle({ kind, process, home }: LatencyShare, shares: readonly LatencyShare[]): string {
  if (kind === 'waits') return `wait for ${process}`;
  const homes = new Set(shares.filter((share) => share.process === process).map((share) => share.home));
  return homes.size < 2
    ? process
    : `${process} in ${home === 'qemu' ? 'QEMU' : homeInWords(home).toLowerCase()}`;
}
