import { beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../../src/analysis/simulation.ts';
import { withNamesOf } from '../../../../src/analysis/names-in-release.ts';
import type { CodePlace } from '../../../../src/catalog/code-places.ts';
import {
  functionsOf,
  stepsInWords,
  stepsOfFunction,
} from '../../../../src/extension/c-sources/function-steps.ts';
import { functionMarkdown, lensTitle } from '../../../../src/extension/c-sources/hover-text.ts';
import { mayHold } from '../../../../src/extension/c-sources/same-code.ts';
import { Runs } from '../../../../src/extension/runs.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';

const PATH = 'vfio-pci/intx-userspace';
const EOI: CodePlace = { tree: 'QEMU', file: 'hw/vfio/pci.c', name: 'vfio_intx_eoi' };
const SUBJECT = { kind: 'path', path: PATH } as const;
const STEPPED = {
  subject: SUBJECT,
  request: { path: PATH, facts: TEST_FACTS },
  facts: TEST_FACTS,
  device: null,
};

let run: Simulation;

beforeAll(() => {
  run = unwrap(simulate({ path: PATH, facts: TEST_FACTS }));
});

describe('the steps of a function', () => {
  it('are those of the first shape that has any, under the names of every release', () => {
    const newer = { ...EOI, name: 'vfio_pci_intx_eoi' };
    const found = stepsOfFunction(run, EOI);
    expect(found?.shape).toBe(0);
    expect(found?.rows.map(({ label }) => label)).toEqual(run.shapes[0]?.labels);
    for (const position of found?.positions ?? [])
      expect(found?.rows[position]?.at).toContain('vfio_intx_eoi');
    expect(found?.positions.length).toBeGreaterThan(0);
    expect(stepsOfFunction(run, newer)).toEqual(found);
    const named = { ...run, steps: withNamesOf(run.steps, '10.1') };
    expect(stepsOfFunction(named, EOI)?.positions).toEqual(found?.positions);
    expect(stepsOfFunction(run, { ...EOI, tree: 'Linux' })).toBeUndefined();
    expect(stepsOfFunction(run, { ...EOI, file: 'hw/vfio/ccw.c' })).toBeUndefined();
  });

  it('are told in a few words', () => {
    const words = (...positions: number[]): string =>
      stepsInWords({ rows: Array.from({ length: 31 }, () => run.steps[0] as never), positions });
    expect(words(6)).toBe('step 7 of 31');
    expect(words(6, 7, 8)).toBe('steps 7–9 of 31');
    expect(words(1, 6, 7)).toBe('steps 2, 7–8 of 31');
    expect(words(1, 6, 7, 20, 25)).toBe('steps 2, 7–8, … of 31');
  });

  it('stand in a lens with the path, and with the device that takes it', () => {
    const found = stepsOfFunction(run, EOI);
    if (!found) throw new Error('not found');
    expect(lensTitle(STEPPED, { ...found, positions: [6] })).toBe(
      `step 7 of ${String(found.rows.length)} of ${PATH} · simulate`,
    );
    expect(lensTitle(STEPPED, { ...found, positions: [6], shape: 1 })).toContain(`${PATH} in shape 2 ·`);
    const uri = 'file:///vm.sh';
    const subject = {
      kind: 'device',
      uri,
      fileName: 'vm.sh',
      device: 'net0',
      driver: 'vfio-pci',
      line: 1,
    } as const;
    const own = { ...STEPPED, subject: { ...subject, asPath: null } };
    expect(lensTitle(own, { ...found, positions: [6] })).toContain(`of ${PATH} (net0) · simulate`);
  });

  it('stand in a hover between the one before and the one after, with party, cost and its trust', () => {
    const found = stepsOfFunction(run, EOI);
    if (!found) throw new Error('not found');
    const [first = 0] = found.positions;
    const text = functionMarkdown('vfio_intx_eoi', STEPPED, found, {
      link: 'command:x',
      others: ['vfio-pci/intx-irqfd'],
      alternative: undefined,
    });
    const before = found.rows[first - 1];
    const after = found.rows[(found.positions.at(-1) ?? 0) + 1];
    expect(text).toContain(`| before | ${String(first)} | \`${before?.label ?? '?'}\``);
    expect(text).toContain(`| **here** | ${String(first + 1)} | \`${found.rows[first]?.label ?? '?'}\``);
    expect(text).toMatch(new RegExp(`\\| after \\| \\d+ \\| \`${after?.label ?? '?'}\``));
    expect(text).toMatch(/≈ [\d.]+ [nµ]s \w+, (assumed|read|quoted|remembered)/);
    expect(text).toContain('[simulate](command:x)');
    expect(text).toContain('taken with ');
    expect(text.replaceAll('\\', '')).toContain('Also in vfio-pci/intx-irqfd');
  });
});

describe('the functions of a run', () => {
  it('are all found in the few interrupts that are asked for them', async () => {
    const engine = {
      simulate: (request: Parameters<typeof simulate>[0]) => Promise.resolve(simulate(request)),
    };
    const runs = new Runs({ ...engine, measure: () => Promise.reject(new Error('not asked for')) });
    const key = ({ tree, file, name }: CodePlace): string => `${tree} ${file} ${name}`;
    for (const path of [PATH, 'virtio/call-intx']) {
      const short = unwrap(await runs.functions({ path, facts: TEST_FACTS }))
        .map(key)
        .sort();
      const long = functionsOf(unwrap(simulate({ path, facts: TEST_FACTS })).steps)
        .map(key)
        .sort();
      expect(short, path).toEqual(long);
      expect(short.length).toBeGreaterThan(5);
    }
  });
});

describe('a file may hold a function', () => {
  const inject: CodePlace = { tree: 'Linux', file: 'virt/kvm/eventfd.c', name: 'irqfd_inject' };
  const halt: CodePlace = { tree: 'Linux', file: 'arch/x86/kvm/vmx/vmx.c', name: 'vmx_vcpu_run' };
  const xmit: CodePlace = { tree: 'Linux', file: 'drivers/net/virtio_net.c', name: 'start_xmit' };
  const memory: CodePlace = { tree: 'QEMU', file: 'softmmu/memory.c', name: 'memory_region_dispatch_read' };
  it.each([
    [inject, 'Linux', 'virt/kvm/eventfd.c', true],
    [inject, 'QEMU', 'virt/kvm/eventfd.c', false],
    [inject, 'Linux', 'virt/kvm/kvm_main.c', false],
    [inject, 'Linux', 'main.c', false],
    [halt, 'Linux', 'arch/x86/kvm/vmx.c', true],
    [halt, 'Linux', 'arch/ia64/kvm/vmx.c', false],
    [xmit, 'Linux', 'drivers/net/tun.c', false],
    [memory, 'QEMU', 'system/memory.c', true],
    [memory, 'QEMU', 'memory.c', true],
    [EOI, 'QEMU', 'hw/vfio/device.c', true],
    [EOI, 'QEMU', 'hw/virtio/virtio.c', false],
  ] as const)('%o in %s %s: %s', (place, tree, path, expected) => {
    expect(mayHold({ tree, path }, place)).toBe(expected);
  });
});
