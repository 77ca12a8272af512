import type { Problem } from '../config/problem.ts';
import { compareReleases } from '../facts/releases.ts';
import type { PathSettings } from '../paths/path.ts';
import { lastNamed } from './decision.ts';
import type { DeviceInMachine } from './family.ts';
import { follow } from './links.ts';
import { machineRelease } from './machine-release.ts';
import { booleanOf, optionValue, readUnsigned } from './option-value.ts';
import { maximumVcpus } from './vcpus.ts';
import type { VirtioDriver } from './virtio-driver.ts';

/** QEMU commit 9445e1e15e: as many queues as vCPUs. */
const QUEUE_FOR_EACH_VCPU_SINCE = '5.2';
const MOST_QUEUES = 0xffff;
/** What runs of two queues need of the host. */
const CPUS_OF_TWO = 4;
/** One for the configuration, one for all queues; with fewer Linux uses the line. */
const FEWEST_VECTORS = 2;

/** How many vectors a queue, or a pair of a network card, has; and those that a device has besides that of the configuration. */
const VECTORS: Readonly<Record<string, { readonly each: number; readonly besides: number }>> = {
  'virtio-blk': { each: 1, besides: 0 },
  'virtio-scsi': { each: 1, besides: 2 },
  'virtio-net': { each: 2, besides: 0 },
};

/** What devices of old machine types have. Source: QEMU hw/core/machine.c hw_compat_5_2, hw_compat_2_11. */
const OLD_DEFAULTS: Readonly<Record<string, { readonly until: string; readonly vectors: number }>> = {
  'virtio-net': { until: '5.2', vectors: 3 },
  'virtio-blk': { until: '2.11', vectors: 2 },
};

/**
 * Request queues of a disk, or pairs of queues of a network card, that a Linux guest uses: those that the device has, and no
 * more than it has vCPUs. Undefined if the file does not say it, or the device has no such queues.
 * Source: Linux drivers/block/virtio_blk.c `init_vq`, drivers/scsi/virtio_scsi.c `virtscsi_probe`, drivers/net/virtio_net.c
 * `virtnet_probe` (min with nr_cpu_ids or num_online_cpus; 6.12); QEMU commit 9445e1e15e.
 */
export function queuesInUse(driver: VirtioDriver, subject: DeviceInMachine): number | undefined {
  const vcpus = maximumVcpus(subject.machine.vm);
  const offered = offeredQueues(driver, subject);
  return vcpus === undefined || offered === undefined ? undefined : Math.min(vcpus, offered);
}

function offeredQueues(driver: VirtioDriver, subject: DeviceInMachine): number | undefined {
  const { name } = driver.kind;
  if (name === 'virtio-net') return pairsOfCard(driver, subject);
  if (name !== 'virtio-blk' && name !== 'virtio-scsi') return undefined;
  const written = optionValue(subject, driver, name === 'virtio-blk' ? 'num-queues' : 'num_queues');
  if (written.property !== null) return written.known ? readUnsigned(written.text, MOST_QUEUES) : undefined;
  const { qemu } = subject.machine.facts.host;
  const isForEach =
    driver.transport === 'pci' &&
    compareReleases(qemu, QUEUE_FOR_EACH_VCPU_SINCE) >= 0 &&
    compareReleases(machineRelease(subject.machine), QUEUE_FOR_EACH_VCPU_SINCE) >= 0;
  return isForEach ? maximumVcpus(subject.machine.vm) : 1;
}

/** `mq=on` of the card and `queues=` of its netdev. */
function pairsOfCard(driver: VirtioDriver, subject: DeviceInMachine): number | undefined {
  if (booleanOf(optionValue(subject, driver, 'mq')) !== true) return 1;
  const { property } = optionValue(subject, driver, 'netdev');
  if (property === null) return 1;
  const link = follow(subject.machine.vm, property, ['netdev']);
  if (link.kind !== 'found') return undefined;
  const queues = lastNamed(link.option.properties, ['queues'])?.value;
  if (queues === undefined) return 1;
  return queues?.known === true ? readUnsigned(queues.text, MOST_QUEUES) : undefined;
}

/** Two queues for a run, where the device uses as many at once and that is modelled; nothing where one is run. */
export function queueSettings(
  driver: VirtioDriver,
  subject: DeviceInMachine,
  kick: string | null,
  call: string | null,
): PathSettings {
  const { host } = subject.machine.facts;
  const used = queuesInUse(driver, subject) ?? 1;
  if (used < 2 || host.cpus < CPUS_OF_TWO || host.apicv === 'on') return {};
  if (subject.machine.architecture.value !== 'x86' || call === null || call === 'intx') return {};
  if (vectorsMissing(driver, subject) !== null) return {};
  return isModelled(driver, subject, kick) ? { queues: '2' } : {};
}

function isModelled(driver: VirtioDriver, subject: DeviceInMachine, kick: string | null): boolean {
  if (driver.kind.name === 'virtio-net') return kick === 'vhost';
  if (driver.kind.name !== 'virtio-blk') return false;
  // One IOThread for several queues is not modelled.
  return kick === 'iothread' ? threadsOf(driver, subject) > 1 : kick === 'sync' || kick === 'ioeventfd';
}

/** How many IOThreads `iothread-vq-mapping` names. */
function threadsOf(driver: VirtioDriver, subject: DeviceInMachine): number {
  const { text, known, property } = optionValue(subject, driver, 'iothread-vq-mapping');
  if (property === null || !known) return 0;
  return new Set([...(text ?? '').matchAll(/"iothread"\s*:\s*"([^"]*)"/g)].map(([, id]) => id)).size;
}

/** The vectors that a device has and needs. */
interface Vectors {
  readonly given: number;
  readonly needed: number;
  /** Of what the number is the default; empty if the file gives it. */
  readonly isDefaultOf: string;
}

/** Those of a device that has too few for each queue to have its own; null where it has enough, or nobody knows. */
function vectorsMissing(driver: VirtioDriver, subject: DeviceInMachine): Vectors | null {
  const counts = VECTORS[driver.kind.name];
  const { property, text, known } = optionValue(subject, driver, 'vectors');
  if (counts === undefined || driver.transport !== 'pci') return null;
  // The driver of a card sets up all pairs, however many vCPUs there are.
  const queues =
    driver.kind.name === 'virtio-net' ? offeredQueues(driver, subject) : queuesInUse(driver, subject);
  if (queues === undefined || queues < 2) return null;
  const needed = 1 + counts.besides + counts.each * queues;
  if (property === null) {
    const old = OLD_DEFAULTS[driver.kind.name];
    if (old === undefined || compareReleases(machineRelease(subject.machine), old.until) > 0) return null;
    const isDefaultOf = ` (default of machines up to ${old.until})`;
    return old.vectors < needed ? { given: old.vectors, needed, isDefaultOf } : null;
  }
  const given = known ? readUnsigned(text, MOST_QUEUES) : undefined;
  return given !== undefined && given < needed ? { given, needed, isDefaultOf: '' } : null;
}

/**
 * Queues that share a vector as the device has too few. Source: Linux drivers/virtio/virtio_pci_common.c `vp_find_vqs`
 * ("one vector for config, one shared for queues").
 */
export function sharedVectors(driver: VirtioDriver, subject: DeviceInMachine): Problem[] {
  const missing = vectorsMissing(driver, subject);
  if (missing === null || missing.given < FEWEST_VECTORS) return [];
  const { given, needed, isDefaultOf } = missing;
  const { property } = optionValue(subject, driver, 'vectors');
  const message =
    `vectors=${String(given)}${isDefaultOf}: a vector for each queue would take ${String(needed)}, so Linux gives ` +
    'the configuration one and all queues another; each of their interrupts looks at every queue';
  const range = property?.range ?? subject.device.range;
  return [{ code: 'queues-share-vector', severity: 'information', message, range }];
}
