import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { machineOfTrace } from '../../../src/trace/machine-of-trace.ts';
import { FtraceReader } from '../../../src/trace/ftrace-reader.ts';
import type { TraceEvent } from '../../../src/trace/trace-event.ts';

const RUNS = 'test/fixtures/traces/runs';

function eventsOf(text: string): TraceEvent[] {
  const events: TraceEvent[] = [];
  const reader = new FtraceReader({ event: (event) => events.push(event), unreadable: () => undefined });
  reader.push(text);
  reader.end();
  return events;
}

const machineOf = (file: string) => machineOfTrace(eventsOf(readFileSync(`${RUNS}/${file}`, 'utf8')));

describe('what a trace tells of its machine', () => {
  it.each([
    ['X4a-vfio-e1000-intx-irqfd.ftrace.txt', { arch: 'x86', vendor: 'amd' }],
    ['P1-gicv2-irqfd-on-readfirst.ftrace.txt', { arch: 'arm', gicEoiMode: 1 }],
  ])('is read off the functions and exits of %s', (file, machine) => {
    expect(machineOf(file)).toMatchObject(machine);
  });

  it('tells Intel by the upper case of its reasons, and nothing where nothing is told', () => {
    const line = (event: string): string => `  CPU 0/KVM-1  [000] ..... 1.000001: ${event}\n`;
    expect(machineOfTrace(eventsOf(line('kvm_exit: vcpu 0 reason EPT_MISCONFIG rip 0x1')))).toEqual({
      arch: 'x86',
      vendor: 'intel',
    });
    expect(machineOfTrace(eventsOf(line('sched_switch: prev=1')))).toEqual({});
    expect(machineOfTrace([])).toEqual({});
  });
});
