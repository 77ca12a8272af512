import { describe, expect, it } from 'vitest';
import { VIRTIO_ALPHABET } from '../../../src/paths/virtio-alphabet.ts';
import type { Conformance } from '../../../src/trace/conformance.ts';
import { conformanceRows, drawTable } from '../../support/conformance-text.ts';
import { readEvents } from '../../support/real-runs.ts';
import {
  followedVirtio,
  TRACED_HOST,
  VIRTIO_RUNS,
  virtioRun,
  virtioText,
} from '../../support/real-runs-virtio.ts';
import type { VirtioRun } from '../../support/real-runs-virtio.ts';
import { simulatePath } from '../../support/runs.ts';

const HEAD = `# Conformance: virtio

As in [conformance.md](conformance.md), with traces of a virtio-blk-pci disk on an x86 host (Linux 6.12.95, QEMU 7.2.22, SVM
without AVIC, machine q35, aio=threads) whose guest reads one sector after the other: X1 with ioeventfd in QEMU's main loop,
with \`ioeventfd=off\`, and with \`vectors=0\` (INTx), X2 with an IOThread. Each trace is held against the paths of both its legs;
both claim all that happens between a notification and the end of the interrupt, the threads of QEMU included. A cycle is a
notification that came when nothing of the last was left. Of each run the first requests are kept; all of the whole traces
(40 requests, 20 with \`vectors=0\`) are included as well. Left out are lines whose names no virtio path knows, and rounds of the vCPU for
its console. System calls of QEMU's thread pool were not traced; what they call in the kernel was. Written and checked by
\`npx vitest run --project unit trace/conform-virtio\`; \`conform-virtio-refused\` swaps and drops lines, and holds traces
against other paths: all of those are refused.

`;

const DIFFERENCES = `
## What a request costs

Counted in the traces, and in a run of the model with an idle guest and the same machine, per request:

`;

const EXPLANATION = `
- Notifications, reads of the ISR register and exits to QEMU for them are the same, in every request. Other exits to QEMU of
  the traces are the guest's console.
- The model's guest always ends the interrupt of a message through the flag of PV EOI, without an exit. In the traces, KVM
  has not offered the flag where another interrupt of the guest, its timer's, was pending at the entry: then the end of the
  interrupt exits. With \`surroundings=real\` the model may do either.
- The model's guest always sleeps until its request is done. The real guests' timer wakes them as well, and those of the
  traces are slow (an emulated host), so that some are still running when the disk is done: an interrupt that finds them so
  costs an exit for the kick.
- In X1-blk-vectors0-intx QEMU's main loop writes its own eventfd in some requests: the thread pool had finished before the
  loop had announced that it would wait, and then nothing takes the announcement back until the round after.
`;

const found = new Map<string, Conformance>();

/** What is counted of a request; each is a kind of line in a trace and a count of the model. */
const COUNTS: readonly {
  readonly what: string;
  readonly line: RegExp;
  readonly exit?: string;
}[] = [
  { what: 'notifications', line: /kvm_mmio: mmio write len 2 gpa 0xfebfb000/ },
  { what: 'reads of the ISR', line: /kvm_mmio: mmio unsatisfied-read len 1 gpa 0xfebf9000/ },
  { what: 'exits to QEMU (MMIO)', line: /kvm_userspace_exit: reason KVM_EXIT_MMIO/ },
  { what: 'exits for the TMR', line: /msr_read 819/, exit: 'msr (APIC TMR)' },
  { what: 'exits for the EOI', line: /^/, exit: 'msr (APIC EOI)' },
];

/** Ends of the device's interrupt that exited: KVM did not collect them at another exit. */
function eoiExits(lines: readonly string[]): number {
  const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  return count(/kvm_eoi: .*vector 37/) - count(/kvm_pv_eoi: .*vector 37/);
}

function traced(run: VirtioRun): number[] {
  const lines = virtioText(run).split('\n');
  return COUNTS.map(({ line, exit }) => {
    const count =
      exit === 'msr (APIC EOI)' ? eoiExits(lines) : lines.filter((text) => line.test(text)).length;
    return count / run.requests;
  });
}

function modelled({ path, settings }: VirtioRun): number[] {
  // The pause between requests is longer than the IOThread polls, as it was in the trace.
  const steady = { jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  const { steps, summary } = simulatePath(path, steady, { interrupts: 20, facts: TRACED_HOST });
  const tracepoints = steps.flatMap((row) => row.tracepoints);
  return COUNTS.map(({ line, exit }) => {
    if (exit !== undefined) return summary.exitReasons[exit] ?? 0;
    const written = tracepoints.map((text) => text.replace(/^kvm:(\w+) /, '$1: '));
    return written.filter((text) => line.test(text)).length / 20;
  });
}

const KICKS = VIRTIO_RUNS.filter(({ file }) => file.endsWith('(kick)'));
/** All that a leg is charged with is only in the run of the other leg where that pays for it. */
const CALLS = VIRTIO_RUNS.filter(({ file }) => file.endsWith('(call)'));

describe('a real machine does what the model can do with a virtio disk', () => {
  it.each(VIRTIO_RUNS)('$path: $file', { timeout: 300_000 }, (run) => {
    const conformance = followedVirtio(run);
    expect(conformance.refusal).toBeNull();
    expect(conformance.verdict).toBe('included');
    expect(conformance.cycles).toBe(run.requests);
    expect(conformance.claimed).toBeGreaterThan(400);
    found.set(run.file, conformance);
  });

  it('docs/conformance-virtio.md says what was found', async () => {
    const rows = KICKS.flatMap((run, i) => {
      const call = CALLS[i] ?? run;
      const kickOfModel = modelled(run);
      const callOfModel = modelled(call);
      const ofModel = COUNTS.map((_, n) => Math.max(kickOfModel[n] ?? 0, callOfModel[n] ?? 0));
      const show = (numbers: readonly number[]): string[] => numbers.map((n) => String(Number(n.toFixed(2))));
      return [
        [run.trace, ...show(traced(run))],
        ['the model', ...show(ofModel)],
      ];
    });
    const table = drawTable([['per request', ...COUNTS.map(({ what }) => what)], ...rows]);
    const text = `${HEAD}${conformanceRows(VIRTIO_RUNS, found)}${DIFFERENCES}${table}${EXPLANATION}`;
    await expect(text).toMatchFileSnapshot('../../../docs/conformance-virtio.md');
  });
});

describe('kicks and exits to QEMU of a request', () => {
  it.each(KICKS)('$trace: as many as in the model', (run) => {
    const [, , ofTrace] = traced(run);
    const [, , ofModel] = modelled(run);
    expect(traced(run)[0]).toBe(1);
    expect(modelled(run)[0]).toBe(1);
    expect(ofTrace).toBe(ofModel);
  });
});

describe('the numbers of a device in a trace', () => {
  it.each([
    ['X1-blk-ioeventfd-on (kick)', { pages: [0xfebf_b000, 0xfebf_9000], vectors: [37] }],
    ['X1-blk-vectors0-intx (call)', { pages: [0xfebf_b000, 0xfebf_9000], intids: [21], vectors: [37] }],
  ])('%s: are those that it uses first', (file, binding) => {
    const events = readEvents(virtioText(virtioRun(file)));
    expect(VIRTIO_ALPHABET.findBinding(events)).toMatchObject(binding);
  });

  it('are found where the guest has put them', () => {
    const moved = virtioText(virtioRun('X1-blk-vectors0-intx (call)'))
      .replaceAll('0xfebfb000', '0xc0003000')
      .replaceAll('0xfebf9000', '0xc0001000');
    const run = virtioRun('X1-blk-vectors0-intx (call)');
    expect(VIRTIO_ALPHABET.findBinding(readEvents(moved)).pages).toEqual([0xc000_3000, 0xc000_1000]);
    expect(followedVirtio(run, moved).verdict).toBe('included');
  });
});
