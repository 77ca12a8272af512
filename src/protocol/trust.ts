import type { ShownRow } from './shown-row.ts';

/** What the letter of a cost's trust means. */
export function trustInWords(trust: ShownRow['costTrust']): string {
  switch (trust) {
    case 'S':
      return 'read at its source';
    case 'Q':
      return 'quoted by others';
    case 'M':
      return 'remembered, not verified';
    case 'A':
      return 'assumed: nobody has published it';
    default:
      return '';
  }
}
