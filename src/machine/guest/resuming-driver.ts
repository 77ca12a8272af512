import type { Field, State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';

/** A driver that is not back yet when its device interrupts, as after hibernation. */
export interface ResumingDriver {
  /** 1 while its handler is not there: nobody looks at the device in an interrupt. */
  readonly isResuming: Field;
  /** What brings it back, outside of interrupts and with them on; `interrupt` is what one in between runs. */
  readonly resume: (interrupt: Procedure) => Readonly<Record<string, Step>>;
}

/** The last step of the resume; then the guest goes on with `then`. */
export function driverReady(isResuming: Field, then: string): Record<string, Step> {
  return {
    'driver-ready': {
      at: 'Linux drivers/net/ethernet/intel/e1000/e1000_main.c e1000_resume (e1000_request_irq)',
      do: (s: State) => {
        s[isResuming] = 0;
        return then;
      },
    },
  };
}
