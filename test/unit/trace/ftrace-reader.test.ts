import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FtraceReader } from '../../../src/trace/ftrace-reader.ts';
import type { TraceEvent, UnreadableLine } from '../../../src/trace/trace-event.ts';
import { readRun, REAL_RUNS } from '../../support/real-runs.ts';

interface Read {
  readonly events: TraceEvent[];
  readonly unreadable: UnreadableLine[];
  readonly lines: number;
}

function read(chunks: readonly string[]): Read {
  const events: TraceEvent[] = [];
  const unreadable: UnreadableLine[] = [];
  const reader = new FtraceReader({
    event: (event) => events.push(event),
    unreadable: (line) => unreadable.push(line),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { events, unreadable, lines: reader.lines };
}

function readOne(line: string): Partial<TraceEvent> | undefined {
  const { events, unreadable } = read([line]);
  expect(unreadable).toEqual([]);
  return events[0];
}

describe('lines of every format that kernels, trace-cmd and perf print', () => {
  it('an event with latency columns', () => {
    expect(
      readOne('       CPU 0/KVM-108     [001] d.h..    19.002965: kvm_exit: IRQ: HSR_EC: 0x0000'),
    ).toEqual({
      line: 1,
      timeNs: 19_002_965_000,
      cpu: 1,
      task: { comm: 'CPU 0/KVM', pid: 108 },
      flags: 'd.h..',
      name: 'kvm:kvm_exit',
      args: 'IRQ: HSR_EC: 0x0000',
    });
  });

  it.each([
    [
      'a traced function',
      ' bash-9 [000] d.... 1.5: irqfd_wakeup <-__wake_up_common',
      'function:irqfd_wakeup',
      '<-__wake_up_common',
    ],
    [
      'one of a module',
      ' bash-9 [000] d.... 1.5: vmx_exit [kvm_intel] <-x [kvm]',
      'function:vmx_exit',
      '<-x [kvm]',
    ],
    [
      'a system call',
      ' q-9 [000] ..... 1.5: sys_ioctl(fd: b, cmd: ae80, arg: 0)',
      'syscalls:sys_enter_ioctl',
      'fd: b, cmd: ae80, arg: 0',
    ],
    ['its result', ' q-9 [000] ..... 1.5: sys_ppoll -> 0x1', 'syscalls:sys_exit_ppoll', '0x1'],
    [
      'a probe',
      ' q-9 [000] d.... 1.5: fasteoi: (handle_fasteoi_irq+0x0/0x258) irq=26',
      'fasteoi',
      '(handle_fasteoi_irq+0x0/0x258) irq=26',
    ],
    [
      'perf script',
      ' kworker/5:2-eve 429543 [005] 108229.924107:         kvm:kvm_set_irq: gsi 4 level 1',
      'kvm:kvm_set_irq',
      'gsi 4 level 1',
    ],
    [
      'trace-cmd report',
      ' qemu-system-x86-3927  [007]   302.533069: kvm_exit:             reason HLT',
      'kvm:kvm_exit',
      'reason HLT',
    ],
    [
      'a trace with thread groups',
      ' CPU 0/KVM-12 ( 7) [000] d.... 1.5: kvm_entry: vcpu 0',
      'kvm:kvm_entry',
      'vcpu 0',
    ],
    ['no time', ' CPU 0/KVM-12 [000] d.... kvm_entry: vcpu 0', 'kvm:kvm_entry', 'vcpu 0'],
    ['nothing but the event', 'kvm_entry: vcpu 0', 'kvm:kvm_entry', 'vcpu 0'],
  ])('%s', (_what, line, name, args) => {
    expect(readOne(line)).toMatchObject({ name, args });
  });

  it('a name of a thread with brackets and spaces', () => {
    expect(readOne(' a [1] b-17 [002] ..... 1.5: kvm_entry: vcpu 0')?.task).toEqual({
      comm: 'a [1] b',
      pid: 17,
    });
  });

  it('a clock that counts ticks has no nanoseconds', () => {
    expect(readOne(' bash-9 [000] d.... 123456: kvm_entry: vcpu 0')?.timeNs).toBeNull();
  });
});

describe('nothing is lost', () => {
  it.each([
    'Due to too early interrupt, win10x32 may hang on booting.',
    '1592303@1596123157.254134:virtio_notify vdev 0x56193d04d820',
    ' 0)   1.234 us    |  kvm_vcpu_kick();',
    'CPU:0 [LOST 123 EVENTS]',
    ' [000] d.... 1.5: kvm_entry: vcpu 0',
  ])('a line that cannot be read comes with a reason: %s', (line) => {
    const { events, unreadable } = read([line]);
    expect(events).toEqual([]);
    expect(unreadable).toEqual([{ line: 1, text: line, reason: expect.stringMatching(/\w+ \w+/) as string }]);
  });

  it('any text gives one event or one reason for every line that is not empty and no comment', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from(' []-:.<>()0123456789abkvm_#')) }),
      fc.constant(' q-9 [000] ..... 1.5: sys_ppoll -> 0x1'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.map((content) => content.replaceAll(/[\r\n]/g, ' '));
        const { events, unreadable } = read([text.join('\n')]);
        const wanted = text.flatMap((content, i) => (/^[ \t]*(?:#|$)/.test(content) ? [] : [i + 1]));
        const found = [...events, ...unreadable].map(({ line: number }) => number).sort((a, b) => a - b);
        expect(found).toEqual(wanted);
      }),
    );
  });

  it('it does not matter where the text is cut', () => {
    const [run] = REAL_RUNS;
    const text = (run ? readRun(run) : '').slice(0, 6000);
    const whole = read([text]);
    expect(whole.events.length).toBeGreaterThan(50);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((to, i) => text.slice(places[i], to));
        expect(read(chunks)).toEqual(whole);
      }),
    );
  });

  it('a carriage return is no part of an event', () => {
    expect(read([' q-9 [000] ..... 1.5: kvm_entry: vcpu 0\r\n']).events[0]?.args).toBe('vcpu 0');
  });
});
