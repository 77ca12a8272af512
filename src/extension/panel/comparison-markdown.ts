import type { Comparison } from '../../protocol/panel-state.ts';

/** A comparison as Markdown, for a mail or an issue: the sentences, then the table with the differences. */
export function comparisonMarkdown({ per, columns, rows, deltas, missing }: Comparison): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const heads = columns.map(({ title, path }) => (title === path ? path : `${title} (${path})`));
  const sentences = deltas
    .filter((phrases) => phrases.length > 0)
    .map((phrases) => `- ${phrases.map(({ text, strong }) => (strong ? `**${text}**` : text)).join('')}`);
  return [
    ...sentences,
    ...(sentences.length > 0 ? [''] : []),
    line([per, ...heads]),
    line(['---', ...heads.map(() => '---:')]),
    ...rows.map(({ name, values }) =>
      line([name, ...values.map(({ text, change }) => (change === '' ? text : `${text} (${change})`))]),
    ),
    ...(missing.length > 0 ? ['', ...missing] : []),
    '',
  ].join('\n');
}
