import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MACHINE_TYPES } from '../../../src/catalog/machine-types.ts';
import { TRACE_POINTS } from '../../../src/catalog/trace-points.ts';
import { compareReleases, isRelease } from '../../../src/facts/releases.ts';

const SOURCES = ['machine', 'paths', 'trace'].flatMap((folder) => {
  const url = new URL(`../../../src/${folder}/`, import.meta.url);
  return readdirSync(url, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, url), 'utf8'));
});

/** A name that ends in an underscore is put together where the step is. */
const USED = new Set(
  SOURCES.flatMap((text) => [...text.matchAll(/qemu:([a-z]\w*)/g)].map(([, name = '']) => name)),
);

describe('the trace points of QEMU', () => {
  it.each([...USED].toSorted())('%s, which a step prints or a reader knows, is in the catalogue', (name) => {
    const isKnown = TRACE_POINTS.some((point) =>
      name.endsWith('_') ? point.name.startsWith(name) : point.name === name,
    );
    expect(isKnown).toBe(true);
  });

  it('have each name once, its releases in order, and a later name that begins where the earlier ends', () => {
    expect(new Set(TRACE_POINTS.map(({ name }) => name)).size).toBe(TRACE_POINTS.length);
    for (const { name, introduced, removed, laterName, sources } of TRACE_POINTS) {
      expect(sources.length).toBeGreaterThan(0);
      for (const release of [introduced, removed])
        expect([name, release === null || isRelease(release)]).toEqual([name, true]);
      if (introduced !== null && removed !== null)
        expect(compareReleases(introduced, removed)).toBeLessThan(0);
      if (laterName === undefined) continue;
      expect(TRACE_POINTS.find((point) => point.name === laterName)?.introduced).toBe(removed);
    }
  });
});

describe('the machine types', () => {
  it('are found once each and say where that stands', () => {
    expect(new Set(MACHINE_TYPES.map(({ name }) => name)).size).toBe(MACHINE_TYPES.length);
    for (const { introduced, sources } of MACHINE_TYPES) {
      expect(isRelease(introduced)).toBe(true);
      expect(sources.length).toBeGreaterThan(0);
    }
  });
});
