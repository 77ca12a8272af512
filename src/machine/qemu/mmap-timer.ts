import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step, Tracepoint } from '../../engine/step.ts';
import { MAIN_LOOP } from '../parties.ts';
import { enableMmaps } from './vfio-region.ts';
import type { VfioRegion } from './vfio-region.ts';

const TIMER = 'mmap timer';

/** The timer that maps the device's regions into the guest again. */
export interface MmapTimer {
  /** 1 once it has elapsed and the main loop has not run its callback yet. */
  readonly expired: Field;
  /** `timer_mod`: the deadline is set anew, and an expiry that nobody has handled is forgotten. */
  readonly arm: (at: string) => Step;
  /** `vfio_intp_mmap_enable`. */
  readonly callback: Procedure;
}

/** What differs between the devices that have such a timer. */
export interface MmapTimerCode {
  /** The callback's name and file. */
  readonly callback: string;
  readonly file: string;
  /** What it prints when it finds an interrupt in service. */
  readonly stillActive: readonly Tracepoint[];
  /** The steps that map the regions again. */
  readonly mapAgain: Readonly<Record<string, Step>>;
  /** False if the regions are never mapped. */
  readonly mmap: boolean;
  /** Whether the timer runs at the start: the regions have been unmapped before. */
  readonly isArmed?: true;
}

/**
 * Adds the timer of a platform device, which maps its regions one after the other.
 * Source: QEMU hw/vfio/platform.c `vfio_intp_mmap_enable`; traces P2, P3, C1 and H1.
 */
export function addMmapTimer(
  m: ModelBuilder,
  { regions, mmap }: { readonly regions: readonly VfioRegion[]; readonly mmap: boolean },
  isActive: (s: State) => boolean,
): MmapTimer {
  return mmapTimer(m, isActive, {
    callback: 'vfio_intp_mmap_enable',
    file: 'QEMU hw/vfio/platform.c',
    stillActive: ['qemu:vfio_platform_intp_mmap_enable IRQ #0 still active, stay in slow path'],
    mmap,
    mapAgain: enableMmaps(regions),
  });
}

/** Adds the timer of any vfio device that unmaps its regions while an interrupt is in service. */
export function mmapTimer(m: ModelBuilder, isActive: (s: State) => boolean, code: MmapTimerCode): MmapTimer {
  const at = `${code.file} ${code.callback}`;
  const [firstOfMapping] = Object.keys(code.mapAgain);
  const armed = m.field('mmap timer', { initial: code.isArmed ? 1 : 0, values: ['idle', 'armed'] });
  const expired = m.field('mmap timer expired', { values: ['no', 'yes'] });
  m.process(
    TIMER,
    { kind: 'timer', armed },
    procedure(MAIN_LOOP, TIMER, {
      'mmap-timer-expires': {
        at: 'QEMU util/qemu-timer.c timerlist_deadline_ns (QEMU_CLOCK_VIRTUAL)',
        cost: 'mmapTimeout',
        rest: true,
        when: (s) => s[armed] === 1,
        do: (s) => {
          s[armed] = 0;
          s[expired] = 1;
        },
      },
    }),
  );
  const arm = (at: string): Step => ({
    at,
    cost: 'timerMod',
    arms: TIMER,
    do: (s) => {
      s[armed] = 1;
      s[expired] = 0;
      return RETURN;
    },
  });
  return {
    expired,
    arm,
    callback: procedure<string>(MAIN_LOOP, code.callback, {
      'mmap-timer-callback': {
        at,
        cost: 'deviceModel',
        // A timer that has expired is not armed.
        local: true,
        do: (s) => {
          s[expired] = 0;
          if (isActive(s)) return undefined;
          return code.mmap ? firstOfMapping : RETURN;
        },
      },
      'still-active': {
        ...arm(`${at} (still ACTIVE: timer_mod)`),
        emits: code.stillActive,
        marks: ['stay-slow'],
      },
      ...code.mapAgain,
    }),
  };
}
