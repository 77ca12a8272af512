import type { TextRange } from '../base/text-range.ts';
import type { Property } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';

/** What was decided about a machine, and why. */
export interface Decision<T> {
  /** Undefined if it depends on what the file does not say. */
  readonly value: T | undefined;
  readonly because: string;
  readonly option: string | null;
  /** The option's value as written, or the default; null without an option. */
  readonly given: string | null;
  readonly isDefault: boolean;
  readonly source: string;
  readonly range: TextRange | null;
  readonly problems?: readonly Problem[];
}

/** The last property that has one of the names: the one that QEMU goes by. */
export function lastNamed(properties: readonly Property[], names: readonly string[]): Property | undefined {
  for (let i = properties.length - 1; i >= 0; i--) {
    const property = properties[i];
    if (property !== undefined && names.includes(property.key.text)) return property;
  }
  return undefined;
}

/** A decision that a property of the file makes. */
export function writtenDecision<T>(
  property: Property,
  value: T | undefined,
  because: string,
  source: string,
  problems: readonly Problem[] = [],
): Decision<T> {
  const given = property.value?.text ?? 'on';
  const option = property.key.text;
  return { value, because, option, given, isDefault: false, source, range: property.range, problems };
}
