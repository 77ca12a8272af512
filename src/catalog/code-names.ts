import { isBetween } from '../facts/releases.ts';
import type { Source } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { TRACE_POINTS } from './trace-points.ts';

/** What a file or a function of QEMU is called, over the releases; or both, of a function that moved out of a file. */
export interface CodeName {
  /** As `at` of a step has it, oldest first; each holds until the next one begins. */
  readonly names: readonly { readonly name: string; readonly since: string | null }[];
  readonly sources: readonly Source[];
}

const IN_BINARIES = 'the files and functions that the binaries of QEMU 7.2 and 10.0 name';

const HELPERS = 'QEMU "vfio/common: Move IOMMU agnostic helpers to a separate file", pulled in October 2023';

/** The files and functions of QEMU in steps that had another name in some release. */
export const CODE_NAMES: readonly CodeName[] = [
  {
    ...renamed('softmmu/', '8.2', 'system/'),
    sources: [read(IN_BINARIES), memory('the release of the change')],
  },
  {
    ...renamed('qemu_mutex_lock_iothread', '9.0', 'bql_lock'),
    sources: [read(IN_BINARIES), memory('the release of the change')],
  },
  {
    ...renamed('qemu_mutex_unlock_iothread', '9.0', 'bql_unlock'),
    sources: [memory('changed together with bql_lock')],
  },
  {
    ...renamed('hw/block/dataplane/virtio-blk.c', '9.0', 'hw/block/virtio-blk.c'),
    sources: [read(IN_BINARIES), read('QEMU commit 3bcc17f065')],
  },
  {
    ...renamed('virtio_blk_data_plane_start', '9.0', 'virtio_blk_start_ioeventfd'),
    sources: [read('QEMU commit 3cdaf3dd4a')],
  },
  {
    ...renamed('virtio_blk_data_plane_stop', '9.0', 'virtio_blk_stop_ioeventfd'),
    sources: [read('QEMU commit 3cdaf3dd4a')],
  },
  {
    ...renamed('vfio_intx_eoi', '10.1', 'vfio_pci_intx_eoi'),
    sources: [read('QEMU commit 7163c0bca7')],
  },
  {
    ...moved(
      'vfio_unmask_single_irqindex',
      ['8.2', 'helpers.c'],
      ['10.1', 'device.c', 'vfio_device_irq_unmask'],
    ),
    sources: [
      read(HELPERS),
      read('QEMU "[PATCH for-10.1 v2 36/37] vfio: Rename VFIODevice related services"'),
    ],
  },
  ...['vfio_region_read', 'vfio_region_write'].map((name) => ({
    ...moved(name, ['8.2', 'helpers.c'], ['10.1', 'region.c']),
    sources: [read(HELPERS), read('QEMU hw/vfio/region.c'), memory('that 10.1 is the first release with it')],
  })),
  ...['vfio_listener_region_add', 'vfio_listener_region_del'].map((name) => ({
    ...moved(name, ['10.1', 'listener.c']),
    sources: [memory('the file, and that 10.1 is the first release with it')],
  })),
];

/**
 * Where a step's code stands in a release: `at` with the names that hold there. What is not known to have changed its
 * name keeps it.
 */
export function codeInRelease(at: string, qemu: string): string {
  if (!at.startsWith('QEMU ')) return at;
  return CODE_NAMES.reduce((text, { names }) => {
    const current = names.findLast(({ since }) => since === null || isBetween(qemu, since, null));
    const other = names.find(({ name }) => name !== current?.name && holds(text, name));
    return current && other ? text.replaceAll(wordOf(other.name), current.name) : text;
  }, at);
}

/** What a release prints for a line of a QEMU trace point; null if it has no such trace point. */
export function tracePointInRelease(line: string, qemu: string): string | null {
  const [, name = '', args = ''] = /^qemu:(\w+)(.*)$/s.exec(line) ?? [];
  const point = TRACE_POINTS.find((one) => one.name === name);
  if (!point || isBetween(qemu, point.introduced ?? '0', point.removed)) return line;
  if (point.laterName === undefined) return null;
  return `qemu:${point.laterName}${point.laterText === 'same' ? args : ''}`;
}

function renamed(former: string, since: string, later: string): Pick<CodeName, 'names'> {
  return {
    names: [
      { name: former, since: null },
      { name: later, since },
    ],
  };
}

/** Out of hw/vfio/common.c, into other files of that folder, and perhaps under another name. */
function moved(
  former: string,
  ...moves: readonly (readonly [since: string, file: string, name?: string])[]
): Pick<CodeName, 'names'> {
  return {
    names: [
      { name: `hw/vfio/common.c ${former}`, since: null },
      ...moves.map(([since, file, name = former]) => ({ name: `hw/vfio/${file} ${name}`, since })),
    ],
  };
}

function holds(text: string, name: string): boolean {
  return wordOf(name).test(text);
}

/** The name where no longer word holds it: `vfio_intx_eoi`, not that in `x_vfio_intx_eoi`. */
function wordOf(name: string): RegExp {
  const end = /\w$/.test(name) ? '(?!\\w)' : '';
  return new RegExp(`(?<![\\w/])${name.replaceAll('.', '\\.')}${end}`, 'g');
}
