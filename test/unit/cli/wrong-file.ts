import { expect } from 'vitest';
import { irqpath } from './irqpath.ts';

/** A file with one mistake, what is said of it, and the device behind the mistake, which is read all the same. */
export interface WrongFile {
  readonly name: string;
  readonly text: string;
  readonly said: string;
  readonly rest: string;
}

/** Reads the file, and wants the mistake to have its place, and the rest to be read. */
export async function expectTold({ name, text, said, rest }: WrongFile): Promise<void> {
  const { status, out, err } = await irqpath(['resolve', name], { [name]: text });
  expect(status).toBe(0);
  expect(err).toContain(said);
  expect(out).toMatch(new RegExp(`^  (?:\\w+ \\()?${rest}`, 'm'));
}
