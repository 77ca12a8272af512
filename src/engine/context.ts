import type { Field } from './state.ts';

/** Runs without a CPU: a device, a wire, an interrupt controller. */
export interface HardwareContext {
  readonly kind: 'hardware';
}

/** A deadline that elapses by itself while `armed` is set. An explorer may let it elapse at any moment. */
export interface TimerContext {
  readonly kind: 'timer';
  readonly armed: Field;
}

/** Preempts whatever runs on its physical CPU, as soon as its first step's guard holds. */
export interface HardIrqContext {
  readonly kind: 'hardirq';
  readonly cpu: number;
}

/** Scheduled on a physical CPU; pays for being woken and switched to. */
export interface ThreadContext {
  readonly kind: 'thread';
  readonly cpu: number;
}

/** Guest code: runs only while its vCPU thread holds its CPU in guest mode, that is while `inGuest` is 1. */
export interface GuestContext {
  readonly kind: 'guest';
  /** Name of the process that is the vCPU thread. */
  readonly vcpuThread: string;
  readonly inGuest: Field;
}

/** Where a process runs, and so what its steps wait for and what they interrupt. */
export type ExecutionContext = HardwareContext | TimerContext | HardIrqContext | ThreadContext | GuestContext;
