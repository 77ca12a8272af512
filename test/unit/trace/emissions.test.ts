import { expect, it } from 'vitest';
import { DEFAULT_FACTS } from '../../../src/facts/read-facts.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { Emissions, NOTHING, UNKNOWN } from '../../../src/trace/emissions.ts';
import { unwrap } from '../../support/unwrap.ts';

it.each(ALL_PATHS.filter(({ alphabet }) => alphabet !== undefined))(
  'an event that no step of $info.id prints is unknown, however many different ones a trace has',
  (path) => {
    const { model } = unwrap(path.wire({}, DEFAULT_FACTS, new Set()));
    const alphabet = path.alphabet!;
    const emissions = new Emissions(model, alphabet, alphabet.model, () => true);
    for (let i = 0; i < 10_000; i++) {
      const event = emissions.eventNumber(`other ${String(i)}`);
      expect(emissions.extend(NOTHING, event)).toBe(UNKNOWN);
    }
  },
);
