import type { DeviceDoc } from '../../catalog/device-doc.ts';
import type { DefaultValue, OptionDoc, OptionType, Source, Spelling } from '../../catalog/option-doc.ts';
import { compareReleases } from '../../facts/releases.ts';

/**
 * The help on an option as Markdown: what it does, type, default, releases, other spellings, effect on the path,
 * sources. `spelling` is the one that the file uses, if it is not the proper name; `verdict` is Markdown for what the
 * option's device does, to stand before the rest.
 */
export function optionMarkdown(
  option: OptionDoc,
  spelling: Spelling | undefined,
  qemu: string,
  verdict?: string,
): string {
  const lines = [`**${escapeMarkdown(spelling?.name ?? option.name)}** — ${escapeMarkdown(option.title)}`];
  if (verdict !== undefined) lines.push(verdict);
  if (spelling) lines.push(spellingText(option, spelling));
  lines.push(
    [typeText(option.type), defaultText(option.defaults, qemu), releaseText(option)]
      .filter((part) => part !== '')
      .join(' · '),
    escapeMarkdown(option.effect),
  );
  const others = option.spellings.filter((other) => other !== spelling);
  lines.push(...others.map((other) => `Also \`${other.name}\`: ${escapeMarkdown(other.history)}.`));
  lines.push(`*${option.sources.map(sourceText).join('; ')}*`);
  return lines.join('\n\n');
}

/** The help on a device driver as Markdown, with what its device does. */
export function deviceMarkdown(
  { driver, title, introduced, deprecated, last, sources }: DeviceDoc,
  verdict: string,
): string {
  const range = last === null ? `since QEMU ${introduced}` : `QEMU ${introduced} to ${last}`;
  const ending = deprecated === null ? '' : `, deprecated since ${deprecated}`;
  return [
    `**${escapeMarkdown(driver)}** — ${escapeMarkdown(title)}`,
    verdict,
    escapeMarkdown(`${range}${ending}`),
    `*${sources.map(sourceText).join('; ')}*`,
  ].join('\n\n');
}

/** A text that Markdown shows as it is. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-!<>|~]/g, '\\$&');
}

function spellingText(option: OptionDoc, { history, inverted }: Spelling): string {
  const meaning = inverted ? `The opposite of \`${option.name}\`` : `\`${option.name}\` today`;
  return `${meaning}: ${escapeMarkdown(history)}.`;
}

function typeText(type: OptionType): string {
  switch (type.kind) {
    case 'boolean':
      return 'on or off';
    case 'integer':
      return `number${type.unit === '' ? '' : ` (${type.unit})`}`;
    case 'choice':
      return type.values.map((value) => `\`${value}\``).join(', ');
    case 'text':
      return escapeMarkdown(type.meaning);
  }
}

/** The default in a release; when it was another in others, since when. */
function defaultText(defaults: readonly DefaultValue[], qemu: string): string {
  const current = defaults.filter(({ since }) => compareReleases(since, qemu) <= 0).at(-1) ?? defaults[0];
  if (!current) return '';
  const since = defaults.length > 1 ? ` since QEMU ${current.since}` : '';
  const condition = current.condition === undefined ? '' : ` (${escapeMarkdown(current.condition)})`;
  return current.value === null
    ? `no default of its own${condition}`
    : `default \`${current.value}\`${since}${condition}`;
}

function releaseText({ introduced, removed }: OptionDoc): string {
  if (introduced === null) return 'never in a release of QEMU';
  return removed === null
    ? `since QEMU ${introduced}`
    : `QEMU ${introduced} until it was removed in ${removed}`;
}

function sourceText({ where, verified }: Source): string {
  return `${escapeMarkdown(where)}${verified ? '' : ' (not verified)'}`;
}
