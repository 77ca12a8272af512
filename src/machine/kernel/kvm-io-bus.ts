import type { State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { MMIO_NEEDED } from './vcpu-state.ts';
import type { TrappedAccess } from './trapped-access.ts';
import { LOOP, userspaceExit } from './x86-handle-exit.ts';
import type { ExitNames } from './x86-exits.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** A register of an emulated device as it appears in trace points. */
export interface TracedAccess extends TrappedAccess {
  /** Bytes that the access reads or writes. */
  readonly size: (s: State) => number;
}

/** An address at which KVM has a device of its own, an ioeventfd. */
export interface Doorbell {
  readonly isRung: (s: State) => boolean;
  readonly write: Procedure;
  /** Registered with a length, so that VMX has to decode the instruction too; absent: length 0. */
  readonly length?: number;
  /** It is found on the bus: who takes it away waits from here on (`kvm->srcu`). Absent if nobody does while the guest runs. */
  readonly found?: (s: State) => void;
}

/** What accesses to an emulated device meet in KVM. */
export interface IoBusWiring {
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly access: TracedAccess;
  /** What is on the bus; null if nothing is. */
  readonly doorbell: Doorbell | null;
  /** Whether the device has registers for which KVM_RUN returns to QEMU. */
  readonly reachesQemu: boolean;
  /** Where the way round `vcpu_run` begins; that of a vCPU that KVM injects into if it is left out. */
  readonly loop?: string;
}

/** Whether the access finds the device on its bus. */
function isFound(doorbell: Doorbell | null, s: State): boolean {
  if (doorbell?.isRung(s) !== true) return false;
  doorbell.found?.(s);
  return true;
}

/** Nobody can tell when the bus is looked at, unless somebody changes it meanwhile. */
function localUnlessChanging(doorbell: Doorbell | null): { local?: true } {
  return doorbell?.found === undefined ? { local: true } : {};
}

function address(access: TracedAccess, s: State): string {
  return `0x${access.address(s).toString(16)}`;
}

/**
 * What follows an exit for an access to a device in memory. Where VMX finds its page marked as MMIO, an ioeventfd that
 * was registered with length 0 is on a bus of its own, and the instruction need not be decoded; SVM always decodes.
 * Source: Linux arch/x86/kvm/vmx/vmx.c `handle_ept_misconfig`, arch/x86/kvm/x86.c `write_mmio`, virt/kvm/kvm_main.c
 * `kvm_io_bus_write` (6.12); traces X1-blk-ioeventfd-on and -off (SVM), the fast bus from source.
 */
export function memoryBusExits(wiring: IoBusWiring): Record<string, Step> {
  const { names, access, doorbell, reachesQemu, loop = LOOP } = wiring;
  if (names.vendor === 'amd') {
    return {
      'page-fault': {
        at: 'Linux arch/x86/kvm/mmu/mmu.c kvm_mmu_page_fault (handle_mmio_page_fault)',
        cost: 'pageFault',
      },
      ...decodedAccess(wiring),
    };
  }
  const fastBus = {
    at: 'Linux arch/x86/kvm/vmx/vmx.c handle_ept_misconfig (kvm_io_bus_write: KVM_FAST_MMIO_BUS)',
    cost: 'ioBus',
  };
  if (doorbell === null || doorbell.length !== undefined) {
    return { 'page-fault': fastBus, ...decodedAccess(wiring) };
  }
  return {
    'page-fault': {
      ...fastBus,
      ...(reachesQemu ? { do: (s: State) => (isFound(doorbell, s) ? undefined : 'emulate-mmio') } : {}),
      call: doorbell.write,
    },
    'skip-instruction': {
      at: 'Linux arch/x86/kvm/vmx/vmx.c handle_ept_misconfig (kvm_skip_emulated_instruction)',
      emits: [(s) => `kvm:kvm_fast_mmio fast mmio at gpa ${address(access, s)}`],
      do: () => loop,
    },
    ...(reachesQemu ? decodedAccess({ ...wiring, doorbell: null }) : {}),
  };
}

/** The instruction is decoded; its write goes to the bus, and what nobody takes there to QEMU. */
function decodedAccess(wiring: IoBusWiring): Record<string, Step> {
  const { vcpu, access, doorbell, reachesQemu } = wiring;
  return {
    'emulate-mmio': {
      at: 'Linux arch/x86/kvm/x86.c x86_emulate_instruction (emulator_read_write)',
      cost: 'mmioDecode',
      emits: [
        (s) =>
          `kvm:kvm_mmio mmio ${access.isRead(s) ? 'unsatisfied-read' : 'write'} len ${String(access.size(s))} gpa ${address(access, s)}`,
      ],
      do: (s) => {
        if (isFound(doorbell, s)) return undefined;
        s[vcpu.mmio] = MMIO_NEEDED;
        return 'exit-to-qemu';
      },
      ...localUnlessChanging(doorbell),
    },
    ...busHit(wiring, 'KVM_MMIO_BUS', 'x86_emulate_instruction (kvm_rip_write)'),
    ...(reachesQemu ? exitToQemu('KVM_EXIT_MMIO', 6) : {}),
  };
}

/**
 * What follows an exit for an access to a port: no page is walked and nothing decoded.
 * Source: Linux arch/x86/kvm/x86.c `kvm_fast_pio`, `emulator_pio_out`, `kernel_pio` (6.12). No trace of it has been
 * captured.
 */
export function portBusExits(wiring: IoBusWiring): Record<string, Step> {
  const { vcpu, names, access, doorbell, reachesQemu } = wiring;
  const handler = names.vendor === 'intel' ? 'vmx/vmx.c handle_io' : 'svm/svm.c io_interception';
  return {
    'port-io': {
      at: `Linux arch/x86/kvm/${handler} (kvm_fast_pio)`,
      cost: 'portIo',
      emits: [
        (s) =>
          access.isRead(s)
            ? ''
            : `kvm:kvm_pio pio_write at ${address(access, s)} size ${String(access.size(s))} count 1`,
      ],
      do: (s) => {
        if (isFound(doorbell, s)) return undefined;
        s[vcpu.mmio] = MMIO_NEEDED;
        return 'exit-to-qemu';
      },
      ...localUnlessChanging(doorbell),
    },
    ...busHit(wiring, 'KVM_PIO_BUS', 'kvm_fast_pio_out (kvm_skip_emulated_instruction)'),
    ...(reachesQemu ? exitToQemu('KVM_EXIT_IO', 2) : {}),
  };
}

function exitToQemu(reason: string, number: number): Record<string, Step> {
  return {
    'exit-to-qemu': userspaceExit(
      `Linux virt/kvm/kvm_main.c kvm_vcpu_ioctl (KVM_RUN returns ${reason})`,
      `${reason} (${String(number)})`,
    ),
  };
}

function busHit({ doorbell, loop = LOOP }: IoBusWiring, bus: string, done: string): Record<string, Step> {
  if (doorbell === null) return {};
  return {
    'bus-write': {
      at: `Linux virt/kvm/kvm_main.c kvm_io_bus_write (${bus})`,
      cost: 'ioBus',
      call: doorbell.write,
    },
    'instruction-done': { at: `Linux arch/x86/kvm/x86.c ${done}`, do: () => loop },
  };
}
