/**
 * How far a number can be trusted: S read at its source, Q quoted by a third party, M remembered and not verified,
 * A an assumption of this model because nobody has published one.
 */
export type Trust = 'S' | 'Q' | 'M' | 'A';

/** One cost of a platform, in the unit in which its source gives it. */
export interface CostParameter {
  readonly value: number;
  readonly unit: 'cycles' | 'ns' | 'us';
  readonly trust: Trust;
  readonly source: string;
}

/** What the host's CPUs are: which machines a profile has the costs of. */
export type Architecture = 'arm64' | 'x86';

/** What nobody has published of a system call, taken to be no more than one that does nothing costs. */
export function likeNullCall(nullCall: CostParameter, what: string): CostParameter {
  const { source } = nullCall;
  return {
    ...nullCall,
    trust: 'A',
    source: `assumption: ${what} takes no longer than a null system call (${source})`,
  };
}

/** A platform: its clock and what things cost on it. */
export interface CostProfile {
  readonly name: string;
  readonly title: string;
  readonly architecture: Architecture;
  /** For converting cycles. */
  readonly clock: { readonly ghz: number; readonly trust: Trust; readonly source: string };
  readonly parameters: Readonly<Record<string, CostParameter>>;
}

/** A parameter's value in whole nanoseconds. */
export function nanoseconds(parameter: CostParameter, clockGhz: number): number {
  switch (parameter.unit) {
    case 'ns':
      return parameter.value;
    case 'us':
      return Math.round(parameter.value * 1000);
    case 'cycles':
      return Math.round(parameter.value / clockGhz);
  }
}

/** All parameters of a profile in nanoseconds, by name. */
export function profileCosts({ clock, parameters }: CostProfile): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, nanoseconds(parameter, clock.ghz)]),
  );
}

const WEAKNESS: Readonly<Record<Trust, number>> = { S: 0, Q: 1, M: 2, A: 3 };

/** The trust of a parameter in time units: that of its value, or of the clock if cycles were converted by a weaker one. */
export function effectiveTrust(parameter: CostParameter, profile: CostProfile): Trust {
  const { trust } = profile.clock;
  return parameter.unit === 'cycles' && WEAKNESS[trust] > WEAKNESS[parameter.trust] ? trust : parameter.trust;
}
