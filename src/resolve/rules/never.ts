import type { Rule } from '../family.ts';

/** The path that no configuration selects: proposed and not merged, or a what-if. */
export function never(name: string, because: string, source: string): Rule {
  return {
    name,
    isHistory: true,
    check: () => ({
      outcome: 'fails',
      because,
      option: null,
      value: null,
      isDefault: true,
      source,
      range: null,
    }),
  };
}
