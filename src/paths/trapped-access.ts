import type { State } from '../engine/state.ts';
import { OTHER_WRITE, STATUS_CLEAR } from '../machine/hardware/xgmac.ts';
import type { XgmacRegister } from '../machine/hardware/xgmac.ts';
import type { Vcpu } from '../machine/kernel/vcpu-state.ts';

/** Registers of one line: status read, status clear, other read, other write. A vCPU's number of a register counts them all, from 1. */
export const REGISTERS = 4;

/** What the access is that a vCPU has trapped on. */
export interface TrappedRegister {
  readonly lineOf: (s: State) => number;
  readonly registerOf: (s: State) => XgmacRegister;
  readonly direction: (s: State) => 'read' | 'write';
}

/** Reads a vCPU's number of the register that is accessed. */
export function trappedAccess({ mmioRegister }: Vcpu): TrappedRegister {
  const index = (s: State): number => Math.max(0, (s[mmioRegister] as number) - 1);
  const registerOf = (s: State): XgmacRegister => ((index(s) % REGISTERS) + 1) as XgmacRegister;
  return {
    lineOf: (s) => Math.floor(index(s) / REGISTERS),
    registerOf,
    direction: (s) => (registerOf(s) === STATUS_CLEAR || registerOf(s) === OTHER_WRITE ? 'write' : 'read'),
  };
}
