import { findPath } from '../paths/all-paths.ts';

/** The words for the numbers of a path, which are those of an interrupt or of a request on its way to the device. */
export interface LegWords {
  /** What a cycle is about. */
  readonly unit: 'interrupt' | 'request';
  /** Where the latency ends. */
  readonly destination: string;
}

const INTERRUPT: LegWords = { unit: 'interrupt', destination: "the guest's handler" };
const REQUEST: LegWords = { unit: 'request', destination: 'the device' };

/** The words for a path, by its id. */
export function legWords(path: string): LegWords {
  return findPath(path)?.info.leg === 'kick' ? REQUEST : INTERRUPT;
}

/** What is counted on several paths: interrupts, requests, or, of some the one and of some the other, cycles. */
export function commonUnit(paths: readonly string[]): LegWords['unit'] | 'cycle' {
  const [unit = 'cycle', ...others] = new Set(paths.map((path) => legWords(path).unit));
  return others.length === 0 ? unit : 'cycle';
}

/** What the numbers of several paths are counted for, e.g. `per interrupt`. */
export function perUnit(paths: readonly string[]): string {
  return `per ${commonUnit(paths)}`;
}
