import { foldRepeats } from '../base/repeats.ts';
import type { ReportedSource, TraceReport } from '../trace/trace-report.ts';
import { timeText, threeDigits } from './numbers.ts';
import { cut, wrap } from './text.ts';

/** Shapes of a source that are shown. */
const MOST_SHAPES = 3;
const MOST_UNPARSED = 5;

/** What `irqpath trace` prints for people: every source with its path and the reasons, then what was left out. */
export function traceText(file: string, report: TraceReport): string {
  const { format, lines, events, unparsed, unparsedCount, warnings, sources, background } = report;
  const all = [
    `${file === '-' ? '<stdin>' : file}: ${format}, ${lines} lines, ${events} events`,
    ...warnings.flatMap((warning) => wrap(warning, 'warning: ', '  ')),
    ...sources.flatMap((source) => ['', ...sourceText(source)]),
    '',
    ...(background.length === 0 ? [] : [...backgroundText(report), '']),
    ...(unparsedCount === 0
      ? []
      : [
          `${unparsedCount} lines could not be read`,
          ...unparsed
            .slice(0, MOST_UNPARSED)
            .flatMap(({ line, text, reason }) => [cut(`  line ${line}: ${reason}: ${text.trim()}`, 100)]),
          '',
        ]),
    ...report.formatCheck.examples.flatMap(({ line, text, reason }) =>
      wrap(`${reason}: ${text}`, `  line ${line}: `, '    '),
    ),
  ];
  return `${all.map(printable).join('\n').trimEnd()}\n`;
}

function sourceText(source: ReportedSource): string[] {
  const { key, leg, path, cycles, confidence, why, shapes, otherShapes } = source;
  return [
    `${key}: ${path} (${leg})`,
    `  ${[
      cycles === 0
        ? 'set up; no interrupt of it is in the trace'
        : `${cycles} cycle${cycles === 1 ? '' : 's'}`,
      `confidence ${confidence}`,
      ...numbersText(source),
    ].join(' · ')}`,
    ...why.flatMap((reason) => wrap(reason, '  ', '    ')),
    ...shapes
      .slice(0, MOST_SHAPES)
      .flatMap(({ count, labels }, i) => wrap(shapeText(labels), `  shape ${i + 1}, ${count} × `, '    ')),
    ...(shapes.length > MOST_SHAPES || otherShapes > 0
      ? [
          `  and ${shapes.length - Math.min(shapes.length, MOST_SHAPES)} more shapes${otherShapes > 0 ? `, ${otherShapes} cycles of others` : ''}`,
        ]
      : []),
  ];
}

/** Each context once, as long as it goes on, and what repeats once: `hard IRQ: a, 3 × (b, c); kworker: d`. */
function shapeText(labels: readonly string[]): string {
  const parts: { context: string; texts: string[] }[] = [];
  const put = (context: string, text: string): void => {
    const last = parts.at(-1);
    if (last?.context === context) last.texts.push(text);
    else parts.push({ context, texts: [text] });
  };
  for (const { items, times } of foldRepeats(labels)) {
    const contexts = new Set(items.map(contextOf));
    const [context = ''] = contexts;
    if (times === 1) for (const label of items) put(contextOf(label), eventOf(label));
    else if (contexts.size === 1) put(context, `${times} × (${items.map(eventOf).join(', ')})`);
    else put('', `${times} × (${shapeText(items)})`);
  }
  return parts
    .map(({ context, texts }) => `${context === '' ? '' : `${context}: `}${texts.join(', ')}`)
    .join('; ');
}

function contextOf(label: string): string {
  return label.slice(0, label.indexOf(': '));
}

function eventOf(label: string): string {
  return label.slice(label.indexOf(': ') + 2);
}

function numbersText({ exitsPerCycle, latencyNs }: ReportedSource): string[] {
  return [
    ...(exitsPerCycle === null ? [] : [`${threeDigits(exitsPerCycle)} exits each`]),
    ...(latencyNs === null
      ? []
      : [
          `to the entry of the guest: median ${timeText(latencyNs.p50)}, from ${timeText(latencyNs.min)} to ${timeText(latencyNs.max)}`,
        ]),
  ];
}

function backgroundText({ background }: TraceReport): string[] {
  const list = background.map(
    ({ key, count, by }) =>
      `${key} (${count} ${count === 1 ? 'time' : 'times'}, by ${by.map(withArticle).join(' and ')})`,
  );
  return wrap(list.join(', '), 'attributed to nothing, as a timer or a console would be: ', '  ');
}

/** Traces come from anywhere: nothing in them may steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·');
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
