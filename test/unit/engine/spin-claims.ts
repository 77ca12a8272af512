// What SPIN says of a model that has claims: never claims of its own, or LTL.
import { withVerifiers } from './spin.ts';
import type { PromelaModel } from './spin.ts';

/** A claim of a model. */
export interface Claim {
  readonly name: string;
  /** Whether a process that can go on all the time does go on (pan's -f). */
  readonly fair: boolean;
}

/** SPIN's verdicts on a model. */
export interface SpinVerdicts {
  /** Whether an `assert` fails somewhere. */
  readonly assertionFails: boolean;
  /** Whether there is a state without successors in which a process is not at an `end` label. */
  readonly deadlocks: boolean;
  /** Names of the claims that do not hold. */
  readonly violated: readonly string[];
  /** What the model's claim `projection` prints of every state. */
  readonly projections: ReadonlySet<string>;
}

/** Lets SPIN search all states of a model for each of these. Throws as {@link withVerifiers} does. */
export function checkWithSpin(model: PromelaModel, claims: readonly Claim[]): SpinVerdicts {
  return withVerifiers(model, (compile) => {
    // Optimizing takes gcc longer than it saves the search, and a verifier of safety alone takes it another second.
    const search = compile('-O0');
    // -E leaves out deadlocks, -A assertions, -a looks for accepting cycles.
    return {
      assertionFails: hasErrors(search((verifier) => `${verifier} -noclaim -E`)),
      deadlocks: hasErrors(search((verifier) => `${verifier} -noclaim -A`)),
      violated: claims
        .filter(({ name, fair }) =>
          hasErrors(search((verifier) => `${verifier} -E -A -a ${fair ? '-f' : ''} -N ${name}`)),
        )
        .map(({ name }) => name),
      projections: new Set(
        Array.from(
          search((verifier) => `${verifier} -E -A -N projection`).matchAll(/^projected (\d+)$/gm),
          ([, digits]) => digits ?? '',
        ),
      ),
    };
  });
}

function hasErrors(output: string): boolean {
  const errors = /errors: (\d+)$/m.exec(output)?.[1];
  if (errors === undefined) throw new Error(output);
  return errors !== '0';
}
