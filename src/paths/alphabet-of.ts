import type { Alphabet } from './alphabet.ts';
import type { PathModule, PathSettings } from './path.ts';

/** What a path with these settings claims to know of traces; undefined if it was never followed through one. */
export function alphabetOf(module: PathModule, settings: PathSettings): Alphabet | undefined {
  if (settings.arch === 'arm') return module.alphabetOnArm;
  if (settings.device !== 'virtio-net') return module.alphabet;
  return module.alphabetOfNet?.[settings.traffic ?? 'send'];
}
