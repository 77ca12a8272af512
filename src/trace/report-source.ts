import { distribution } from '../base/distribution.ts';
import type { InterruptSource } from './interrupt-source.ts';
import type { LoggedSource } from './qemu-vfio.ts';
import type { SourceTally } from './source-tally.ts';
import { UNCLEAR } from './trace-report.ts';
import type { ReportedSource } from './trace-report.ts';

/** How much the trace as a whole can be relied on. */
export interface Reliability {
  /** 0 to 1. */
  readonly share: number;
  readonly hasExits: boolean;
  /** Whether doorbells were rung, or virtio devices seen otherwise. */
  readonly hasVirtio: boolean;
}

/** No trace proves what it does not show. */
const MOST_CONFIDENCE = 0.99;
/** Below this nothing is said. */
const LEAST_CONFIDENCE = 0.5;
/** One cycle alone is worth 0.8, four are worth 0.94. */
const DOUBT_OF_FEW = 0.25;
/** That it was set up is no proof that it was used. */
const SET_UP_ONLY = 0.6;
const MOST_REASONS = 12;

/** What is said of a source that cycles were cut from: one answer for each path. */
export function reportSource(source: InterruptSource, reliability: Reliability): ReportedSource[] {
  const untold = source.tallies.get(null)?.cycles ?? 0;
  const answers: ReportedSource[] = [];
  let unclear: ReportedSource | null = null;
  for (const [path, tally] of source.tallies) {
    const confidence =
      path === null
        ? 0
        : (tally.score / tally.cycles) *
          (tally.cycles / (tally.cycles + untold)) *
          (tally.cycles / (tally.cycles + DOUBT_OF_FEW)) *
          reliability.share *
          doubtOfOtherDevices(path, reliability);
    const leg = source.kind === 'kick' ? 'kick' : source.kind === 'call' ? 'call' : 'interrupt';
    const answer = reported(source.key, leg, path, tally, confidence, reliability);
    if (answer.path !== UNCLEAR) answers.push(answer);
    else if (unclear === null || answer.cycles > unclear.cycles) unclear = answer;
  }
  return answers.length > 0 || unclear === null ? answers : [unclear];
}

/** What is said of a source that only a log or a set-up shows. */
export function reportLogged(
  { key, leg, path, tally }: LoggedSource,
  reliability: Reliability,
): ReportedSource {
  const seen =
    tally.cycles === 0
      ? SET_UP_ONLY
      : (tally.score / tally.cycles) * (tally.cycles / (tally.cycles + DOUBT_OF_FEW));
  return reported(key, leg, path, tally, seen * reliability.share, { ...reliability, hasExits: false });
}

function reported(
  key: string,
  leg: ReportedSource['leg'],
  path: string | null,
  tally: SourceTally,
  confidence: number,
  { hasExits }: Reliability,
): ReportedSource {
  const isClear = path !== null && path !== UNCLEAR && confidence >= LEAST_CONFIDENCE;
  const reasons = [...tally.why].slice(0, MOST_REASONS).map(([text, { line, count }]) => {
    const times = tally.cycles > 1 ? ` (${count} of ${tally.cycles})` : '';
    return `line ${line}: ${text}${times}`;
  });
  const latencies = tally.latencies.values();
  return {
    key,
    leg,
    path: isClear ? path : UNCLEAR,
    cycles: tally.cycles,
    confidence: isClear ? Math.min(MOST_CONFIDENCE, Math.round(confidence * 100) / 100) : 0,
    why: isClear ? reasons : [...doubts(leg, path, tally, confidence), ...reasons],
    shapes: tally.shapes(),
    otherShapes: tally.otherShapes,
    latencyNs: latencies.length === 0 ? null : distribution(latencies),
    exitsPerCycle: hasExits && tally.cycles > 0 ? Math.round((tally.exits / tally.cycles) * 100) / 100 : null,
  };
}

function doubts(
  leg: ReportedSource['leg'],
  path: string | null,
  { firstLine }: SourceTally,
  confidence: number,
): string[] {
  if (path === null) return [`line ${firstLine}: ${NOT_SHOWN[leg]}`];
  if (path === UNCLEAR) return [];
  return [`it looks like ${path}, but too little bears that out (${confidence.toFixed(2)})`];
}

const NOT_SHOWN: Readonly<Record<ReportedSource['leg'], string>> = {
  interrupt:
    'nothing behind it shows who told the guest; that takes the events kvm:* (and for an ITS on Arm the function vgic_its_inject_cached_translation)',
  kick: 'nothing behind it shows who answered the eventfd; that takes system calls, or the functions eventfd_read and vhost_poll_wakeup',
  call: 'nothing around it shows how it was raised; that takes system calls, or the function irqfd_wakeup',
};

/** A message that QEMU sends may be any emulated device's, if no virtio device is seen in the trace. */
function doubtOfOtherDevices(path: string, { hasVirtio }: Reliability): number {
  return hasVirtio || !path.startsWith('virtio/call') ? 1 : 0.4;
}
