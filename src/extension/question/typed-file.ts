import { runToEnd } from '../../base/steps.ts';
import type { Steps } from '../../base/steps.ts';
import type { Result } from '../../base/result.ts';
import { changeOf, readVersionBySteps } from '../../config/read-launch-file.ts';
import type { LaunchFileVersion, ReadProblem } from '../../config/read-launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { resolveVersion } from '../../resolve/resolve-file.ts';
import type { Resolution } from '../../resolve/resolve-file.ts';
import type { ResolvedFile } from '../../resolve/resolved-file.ts';

/** A version with what it means. */
interface Resolved {
  readonly version: LaunchFileVersion;
  readonly facts: string;
  readonly resolution: Resolution;
}

/** A launch file while it is typed: what is known of the version before is not found out again. */
export class TypedFile {
  #read: LaunchFileVersion | null = null;
  #resolved: Resolved | null = null;

  /** A newer version of the text, by steps. */
  *read(text: string, fileName: string): Steps<Result<LaunchFileVersion, ReadProblem>> {
    const read = yield* readVersionBySteps(text, fileName, this.#read);
    if (read.ok) this.#read = read.value;
    return read;
  }

  /** What a version means, by steps; at once if it was the last that somebody asked about. */
  *resolve(version: LaunchFileVersion, facts: Facts): Steps<ResolvedFile> {
    const assumed = JSON.stringify(facts);
    const known = this.#resolved;
    if (known?.version === version && known.facts === assumed) return known.resolution.resolved;
    const before = known && { resolution: known.resolution, change: changeOf(known.version, version) };
    const resolution = yield* resolveVersion(version.file, facts, before);
    this.#resolved = { version, facts: assumed, resolution };
    return resolution.resolved;
  }

  /** The same without a pause. */
  resolveNow(version: LaunchFileVersion, facts: Facts): ResolvedFile {
    return runToEnd(this.resolve(version, facts));
  }
}
