import { readFileSync } from 'node:fs';
import { answersFrom } from '../../src/catalog/qemu-help/qemu-answers.ts';
import type { QemuAnswers } from '../../src/catalog/qemu-help/qemu-answers.ts';
import { unwrap } from './unwrap.ts';

/** The recorded answers of a QEMU; `release` and `target` as in the names of `test/fixtures/qemu-help`. */
export function recordedQemu(release: '7.2' | '10.0', target: 'x86_64' | 'aarch64'): QemuAnswers {
  const base = sectionsOf(`${release}-x86_64`);
  const own = target === 'x86_64' ? base : sectionsOf(`${release}-${target}`);
  // What is only named there is the same on x86_64.
  const answers = [...own].map(([question, text]) => [question, text ?? base.get(question) ?? ''] as const);
  return unwrap(answersFrom(new Map(answers)));
}

/** Of each question the answer; null where a line says that it is the same on x86_64. */
function sectionsOf(name: string): Map<string, string | null> {
  const text = readFileSync(new URL(`../fixtures/qemu-help/${name}.txt`, import.meta.url), 'utf8');
  const sections = new Map<string, string | null>();
  for (const part of text.split(/^(?=[$=] )/m)) {
    const end = part.indexOf('\n');
    sections.set(part.slice(2, end), part.startsWith('=') ? null : part.slice(end + 1));
  }
  return sections;
}
