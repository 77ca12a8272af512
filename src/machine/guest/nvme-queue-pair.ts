import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

/** How far behind an event index may be before nobody can tell any more: its entry has been passed. */
const PASSED = 2;
const POSITIONS = ['at the next entry', 'at the last entry', 'passed'];

/**
 * One submission and one completion queue of an NVMe controller in guest memory, as both sides see them. All indices are
 * differences.
 */
export interface NvmeQueuePair {
  /** Commands that the driver holds tags for. */
  readonly outstanding: Field;
  /** Commands in the submission queue, up to the tail that the driver has made known, that are not fetched. */
  readonly submitted: Field;
  /** Those of them that the controller knows of: `sq->tail` less `sq->head`. */
  readonly known: Field;
  /** Entries of the completion queue that the driver has not taken. */
  readonly completions: Field;
  /** The driver takes one entry and is done with its command. */
  readonly take: (s: State) => void;
  /** The controller puts one entry into the completion queue. */
  readonly post: (s: State) => void;
  /** The controller hears of the driver's head by the doorbell. */
  readonly headWritten: (s: State) => void;
  /** Whether the controller knows of entries that the driver has not taken: `cq->tail` is not `cq->head`. */
  readonly isOccupied: (s: State) => boolean;
  /** Copies of the doorbells in memory; null if the guest has set up none. */
  readonly shadow: ShadowDoorbells | null;
}

/** The copies of the doorbells (Doorbell Buffer Config), with the index at which each side wants the real one rung. */
export interface ShadowDoorbells {
  /** The driver has written one command and its new tail. */
  readonly writeTail: (s: State) => void;
  /** Whether the tail that it has written passes the controller's event index (`nvme_dbbuf_need_event`). */
  readonly tailNeedsEvent: (s: State) => boolean;
  /** Whether the controller waits for the doorbell of the submission queue. */
  readonly isTailEventWanted: (s: State) => boolean;
  /** `nvme_update_sq_eventidx`: the controller wants to be told of what follows the tail that it knows. */
  readonly wantTailEvent: (s: State) => void;
  /** The driver has written the head behind what it has taken. */
  readonly writeHead: (s: State) => void;
  readonly headNeedsEvent: (s: State) => boolean;
  /** `nvme_update_cq_eventidx`, from the head that the controller knows. */
  readonly wantHeadEvent: (s: State) => void;
  /** `nvme_update_cq_head`: the controller reads how far the driver is. */
  readonly readHead: (s: State) => void;
}

/** What is known of the completion queue's head, where anybody looks at it: by the driver alone, and by the controller. */
interface CompletionHead {
  /** Entries taken since the driver last wrote its head. */
  readonly taken: Field;
  /** `cq->tail` less `cq->head`. */
  readonly occupied: Field;
}

/**
 * Adds the queues, with room for `depth` commands; `tracksHead` if anybody looks at what is left in the completion queue:
 * the handler of a doorbell's eventfd, or a line that goes down when that is empty. That an event index which was passed comes round again with the queue is not
 * modelled.
 * Source: NVM Express Base 1.3, 5.7; Linux drivers/nvme/host/pci.c `nvme_dbbuf_update_and_check_event` (6.12); QEMU
 * hw/nvme/ctrl.c `nvme_update_sq_eventidx`, `nvme_update_cq_eventidx` (8.0 to 10.1).
 */
export function nvmeQueuePair(
  m: ModelBuilder,
  depth: number,
  hasShadowDoorbells: boolean,
  tracksHead: boolean,
): NvmeQueuePair {
  const outstanding = m.field('commands outstanding', { max: depth });
  const submitted = m.field('commands submitted', { max: depth });
  const known = m.field('commands known', { max: depth });
  const completions = m.field('completions', { max: depth });
  const head = tracksHead
    ? {
        taken: m.field('completions taken', { max: depth }),
        occupied: m.field('completions occupied', { max: depth }),
      }
    : null;
  const doorbells = hasShadowDoorbells ? shadowDoorbells(m, { submitted, known, completions, head }) : null;
  return {
    outstanding,
    submitted,
    known,
    completions,
    shadow: doorbells,
    take: (s) => {
      s[completions] = (s[completions] as number) - 1;
      s[outstanding] = (s[outstanding] as number) - 1;
      if (head !== null) s[head.taken] = (s[head.taken] as number) + 1;
    },
    post: (s) => {
      s[completions] = (s[completions] as number) + 1;
      if (head !== null) s[head.occupied] = (s[head.occupied] as number) + 1;
    },
    headWritten: (s) => {
      if (head !== null) s[head.taken] = 0;
      doorbells?.readHead(s);
      if (head !== null) s[head.occupied] = s[completions] as number;
    },
    isOccupied: (s) => head === null || s[head.occupied] !== 0,
  };
}

function shadowDoorbells(
  m: ModelBuilder,
  {
    submitted,
    known,
    completions,
    head,
  }: Pick<NvmeQueuePair, 'submitted' | 'known' | 'completions'> & { readonly head: CompletionHead | null },
): ShadowDoorbells {
  const tailEvent = m.field('SQ event index', { values: POSITIONS });
  const headEvent = m.field('CQ event index', { values: POSITIONS });
  const unreadHeads = m.field('CQ heads unread', { values: ['none', 'one', 'several'] });
  const advance = (s: State, field: Field): void => {
    s[field] = Math.min(PASSED, (s[field] as number) + 1);
  };
  return {
    writeTail: (s) => {
      s[submitted] = (s[submitted] as number) + 1;
      advance(s, tailEvent);
    },
    tailNeedsEvent: (s) => s[tailEvent] === 1,
    isTailEventWanted: (s) => s[tailEvent] === 0,
    wantTailEvent: (s) => {
      s[tailEvent] = Math.min(PASSED, (s[submitted] as number) - (s[known] as number));
    },
    writeHead: (s) => {
      if (head !== null) s[head.taken] = 0;
      advance(s, headEvent);
      advance(s, unreadHeads);
    },
    headNeedsEvent: (s) => s[headEvent] === 1,
    wantHeadEvent: (s) => {
      s[headEvent] = s[unreadHeads] as number;
    },
    readHead: (s) => {
      s[unreadHeads] = 0;
      if (head !== null) s[head.occupied] = (s[completions] as number) + (s[head.taken] as number);
    },
  };
}
