/** Time parameters by name, in nanoseconds. `threadWake` and `contextSwitch` are the scheduler's own. */
export type Costs = Readonly<Record<string, number>>;

/** How to run a model in time. */
export interface TimedRunOptions {
  readonly costs: Costs;
  /** Greatest share by which a cost varies, 0 to 1; timers are exact. */
  readonly jitter: number;
  /** The same for the time from waking a thread to its running, which varies far more. */
  readonly wakeJitter: number;
  readonly seed: number;
  /** After so many arrivals the environment stops. */
  readonly arrivals: number;
  /** Gives up after so many steps: a storm never ends by itself. */
  readonly maxSteps: number;
  readonly log: boolean;
}
