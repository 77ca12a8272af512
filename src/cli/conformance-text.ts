import type { Conformance } from '../trace/conformance.ts';
import { wrap } from './text.ts';

/**
 * What `irqpath trace --conform` prints for people; `fromTrace` is what the trace tells of its machine, `byDefault` what
 * was taken though nobody said so.
 */
export function conformanceText(
  file: string,
  conformance: Conformance,
  fromTrace: readonly string[],
  byDefault: string,
): string {
  const { path, verdict, refusal, claimed, cycles, ignored, notRecorded, used, unused, largestSet } =
    conformance;
  const name = file === '-' ? '<stdin>' : file;
  const lines = [
    verdict === 'included'
      ? `${name} is a run of the model of ${path}: ${claimed} events in ${cycles} cycles`
      : verdict === 'refused'
        ? `${name} is no run of the model of ${path}`
        : `${name}: more ways to print it than are looked at; ${claimed} events were followed`,
    ...(refusal === null
      ? []
      : [
          `  line ${refusal.line}: ${refusal.event}, in ${refusal.context}; the ${claimed} events before it are a run of it`,
          ...(refusal.possible.length === 0
            ? ['  the model could print nothing there']
            : ['  the model could print there']),
          ...refusal.possible.flatMap(({ context, event }) => wrap(`${context}: ${event}`, '    ', '      ')),
          ...(byDefault === ''
            ? []
            : [
                '  if another machine was traced, say so; taken by default:',
                ...wrap(byDefault, '    ', '    '),
              ]),
        ]),
    '',
    ...(fromTrace.length === 0 ? [] : wrap(fromTrace.join(' '), 'taken from the trace: ', '  ')),
    ...wrap(listed(ignored.map(({ name: event, count }) => `${event} ${count}`)), 'ignored: ', '  '),
    ...wrap(listed(notRecorded), 'known to the path, but not in the trace: ', '  '),
    ...wrap(used.join(', '), `${used.length} steps of the model taken: `, '  '),
    ...wrap(unused.join(', '), `${unused.length} never: `, '  '),
    `at most ${largestSet} ways at once`,
  ];
  return `${lines.join('\n')}\n`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
