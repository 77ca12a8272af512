import { compareReleases } from '../facts/releases.ts';
import type { Machine } from './machine.ts';

/** The release whose defaults the machine has: that of its type (`pc-q35-7.1`), or of QEMU if that is older. */
export function machineRelease({ type, facts }: Machine): string {
  const [, release] = VERSION.exec(type.given ?? '') ?? [];
  const { qemu } = facts.host;
  return release !== undefined && compareReleases(release, qemu) < 0 ? release : qemu;
}

const VERSION = /-(\d{1,3}\.\d{1,3})$/;
