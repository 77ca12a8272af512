import { describe, expect, it } from 'vitest';
import { VIRTIO_NET_ALPHABETS } from '../../../src/paths/virtio-net-alphabet.ts';
import type { Conformance } from '../../../src/trace/conformance.ts';
import { conformanceRows, drawTable } from '../../support/conformance-text.ts';
import { followedNet, NET_RUNS, netRun, netText } from '../../support/real-runs-net.ts';
import type { NetRun } from '../../support/real-runs-net.ts';
import { readEvents } from '../../support/real-runs.ts';
import { TRACED_HOST } from '../../support/real-runs-virtio.ts';
import { simulatePath } from '../../support/runs.ts';

const HEAD = `# Conformance: virtio-net

As in [conformance-virtio.md](conformance-virtio.md), with traces of a virtio-net-pci card on the same x86 host (Linux 6.12.95,
QEMU 7.2.22, SVM without AVIC, machine q35, a tap) whose guest pings the host, which answers: X3 with \`vhost=on\` and with
\`vhost=off\`. The model has one queue of a card at a time, so that each trace is held against four paths: both legs of the
queue that sends and of the one that receives. What belongs to the other queue is among what goes on around: its
interrupts are other interrupts of the guest, its notifications and the works of the vhost worker for it are told apart by
their register, their function and their caller and are ignored; what QEMU's main loop does for it cannot be told apart, and
is modelled, with \`surroundings=real\`, as something that comes at any time and sends messages as it likes.

A cycle is a notification, or the message for a packet that has come, when nothing of the last was left. Of \`vhost=on\` all is
kept from the first notification on, of \`vhost=off\` the first packets; all of both whole traces (6 packets sent, 5 received) are
included as well. Left out are lines whose names no virtio path knows, of other threads, hard interrupts, and rounds of the
vCPU for its console; ignored are, besides the other queue, the guest's timer and console. Written and checked by \`npx vitest run --project unit trace/conform-virtio-net\`; \`conform-virtio-net-refused\` swaps and drops lines, and holds traces
against other paths: all of those are refused.

`;

const DIFFERENCES = `
## What a packet costs

Counted in the traces, and in a run of the model with the same machine, per packet:

`;

const EXPLANATION = `
- vhost reads no eventfd, and no thread of QEMU takes part; the worker is woken inside the exit for the notification. For a
  packet that comes it is woken inside the function that hands it to the tap: here the worker itself, as the host answers the
  packet that it is just sending.
- The guest notifies for none of the packets that it receives: it has 256 buffers, of which it adds new ones when 32 are
  gone, and neither vhost nor QEMU wants to be notified before it is short of them. The model's guest has 2 here, and adds one for each.
- QEMU reads the tap until nothing is left: twice for one packet.
- As with a disk, KVM has not offered the flag of PV EOI where another interrupt was pending at the entry, which that of the
  other queue often is; then the end of the interrupt exits. The model's guest has no other queue and never needs it.
`;

const found = new Map<string, Conformance>();

/** What is counted of a packet; each is a kind of line in a trace and of a trace point of the model. */
const COUNTS: readonly { readonly what: string; readonly line: (run: NetRun) => RegExp }[] = [
  { what: 'notifications', line: (run) => (isSend(run) ? NOTIFIED : /gpa 0xfebfb000/) },
  { what: 'wake-ups of vhost', line: (run) => (isSend(run) ? /^(?!.*vhost-).*vhost_poll_wakeup/ : ANSWERED) },
  { what: 'runs of vhost', line: (run) => (isSend(run) ? /handle_tx_kick/ : /handle_rx_(?:net|kick)/) },
  { what: 'reads of the notifier', line: (run) => (isSend(run) ? /eventfd_read/ : NONE) },
  { what: 'reads of the tap', line: (run) => (isSend(run) ? NONE : TAP_READ) },
  {
    what: 'messages',
    line: (run) => (isSend(run) ? /kvm_msi_set_irq: .*vec 39/ : /kvm_msi_set_irq: .*vec 38/),
  },
  { what: 'exits to QEMU (MMIO)', line: () => /kvm_userspace_exit: reason KVM_EXIT_MMIO/ },
];

const NONE = /(?!)/;
const NOTIFIED = /kvm_mmio: mmio write len 2 gpa 0xfebfb004/;
const ANSWERED = /(?:vhost-\d.*|^)vhost_poll_wakeup/;
const TAP_READ = /sys_(?:enter_)?read.*count: (?:0x)?11000/;

function isSend({ settings }: NetRun): boolean {
  return settings.traffic === 'send';
}

function traced(run: NetRun): number[] {
  const lines = netText(run).split('\n');
  return COUNTS.map(({ line }) => lines.filter((text) => line(run).test(text)).length / run.packets);
}

function modelled(run: NetRun): number[] {
  const steady = {
    jitterPercent: 0,
    wakeJitterPercent: 0,
    ...run.settings,
    queueDepth: isSend(run) ? 1 : 64,
  };
  const { steps } = simulatePath(run.path, steady, { interrupts: 20, facts: TRACED_HOST });
  const written = steps
    .flatMap((row) => row.tracepoints)
    .map((text) => text.replace(/^kvm:(\w+) /, '$1: ').replace(/^function:|^syscalls:/, ''));
  return COUNTS.map(({ line }) => written.filter((text) => line(run).test(text)).length / 20);
}

const CALLS = NET_RUNS.filter(({ path }) => path.startsWith('virtio/call'));

describe('a real machine does what the model can do with a network card', { timeout: 300_000 }, () => {
  it.each(NET_RUNS)('$path: $file', (run) => {
    const conformance = followedNet(run);
    expect(conformance.refusal).toBeNull();
    expect(conformance.verdict).toBe('included');
    expect(conformance.cycles).toBe(run.packets);
    expect(conformance.claimed).toBeGreaterThan(400);
    found.set(run.file, conformance);
  });

  it('docs/conformance-virtio-net.md says what was found', async () => {
    const rows = CALLS.flatMap((run) => {
      const show = (numbers: readonly number[]): string[] => numbers.map((n) => String(Number(n.toFixed(2))));
      return [
        [run.file.replace(', call', ''), ...show(traced(run))],
        ['the model', ...show(modelled(run))],
      ];
    });
    const table = drawTable([['per packet', ...COUNTS.map(({ what }) => what)], ...rows]);
    const text = `${HEAD}${conformanceRows(NET_RUNS, found)}${DIFFERENCES}${table}${EXPLANATION}`;
    await expect(text).toMatchFileSnapshot('../../../docs/conformance-virtio-net.md');
  });
});

describe('what a packet costs', () => {
  it.each(CALLS)('$file: as much as in the model', (run) => {
    expect(traced(run)).toEqual(modelled(run));
  });
});

describe('the numbers of a queue in a trace', () => {
  it.each(['X3-net-vhost-on', 'X3-net-vhost-off'])(
    '%s: register and vector of the one that is asked for',
    (trace) => {
      const events = readEvents(netText({ ...netRun('X3-net-vhost-on (send, kick)'), trace }));
      const [send, receive] = ['send', 'receive'].map((traffic) =>
        VIRTIO_NET_ALPHABETS[traffic]?.findBinding(events),
      );
      expect(send).toMatchObject({ pages: [0xfebf_b004, 0xfebf_9000], vectors: [39] });
      expect(receive).toMatchObject({ pages: [0xfebf_b000, 0xfebf_9000], vectors: [38] });
    },
  );

  it('are found where the guest has put them', () => {
    const run = netRun('X3-net-vhost-on (receive, kick)');
    const moved = netText(run)
      .replaceAll('0xfebfb004', '0xc0003004')
      .replaceAll('vec 38 ', 'vec 52 ')
      .replaceAll('vector 38', 'vector 52')
      .replaceAll('IRQ 0x26', 'IRQ 0x34');
    expect(VIRTIO_NET_ALPHABETS.receive?.findBinding(readEvents(moved))).toMatchObject({
      pages: [0xc000_3000, 0xfebf_9000],
      vectors: [52],
    });
    expect(followedNet(run, moved).refusal).toBeNull();
  });
});
