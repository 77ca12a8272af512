import { count, either, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';
import type { NotificationType, RequestType } from './message-type.ts';
import { isFound, isPage, isPageRequest, isSearch } from './page.ts';
import type { Found, Page, PageRequest, Search } from './page.ts';
import { isLook, isPanelCommand, isPanelState } from './panel-guards.ts';
import type { Look, PanelCommand, PanelState } from './panel-state.ts';
import { isRacesProgress } from './races-guards.ts';
import type { RacesProgress } from './races-state.ts';

/** Something the user did in the panel. `rev` is the state that he saw when he did it. */
export type Intent =
  | { readonly kind: 'selectShape'; readonly rev: number; readonly shape: number }
  | { readonly kind: 'selectStep'; readonly rev: number; readonly step: number }
  | { readonly kind: 'look'; readonly rev: number; readonly look: Look }
  | { readonly kind: 'setInterrupts'; readonly rev: number; readonly interrupts: number }
  /** Show one of the runs that are compared by itself. */
  | { readonly kind: 'openColumn'; readonly rev: number; readonly column: number }
  /** Take one of the offers: by its place in the list. */
  | { readonly kind: 'takeOffer'; readonly rev: number; readonly offer: number }
  | { readonly kind: 'showBug'; readonly rev: number; readonly bug: string }
  | { readonly kind: 'showRun'; readonly rev: number; readonly run: number }
  | { readonly kind: 'changeAssumption'; readonly rev: number; readonly fact: string }
  /** Show the code that a step's `at` names. */
  | { readonly kind: 'openCode'; readonly rev: number; readonly at: string }
  | { readonly kind: 'command'; readonly rev: number; readonly command: PanelCommand };

const isComparing = either(
  object<Extract<Intent, { kind: 'openColumn' }>>({ kind: oneOf('openColumn'), rev: count, column: count }),
  object<Extract<Intent, { kind: 'takeOffer' }>>({ kind: oneOf('takeOffer'), rev: count, offer: count }),
);

const isOpenCode = object<Extract<Intent, { kind: 'openCode' }>>({
  kind: oneOf('openCode'),
  rev: count,
  at: text(4_000),
});

const isIntent: Guard<Intent> = either(
  either(
    object<Extract<Intent, { kind: 'selectShape' }>>({
      kind: oneOf('selectShape'),
      rev: count,
      shape: count,
    }),
    either(
      object<Extract<Intent, { kind: 'selectStep' }>>({ kind: oneOf('selectStep'), rev: count, step: count }),
      either(
        object<Extract<Intent, { kind: 'showBug' }>>({ kind: oneOf('showBug'), rev: count, bug: text(200) }),
        object<Extract<Intent, { kind: 'showRun' }>>({ kind: oneOf('showRun'), rev: count, run: count }),
      ),
    ),
  ),
  either(
    either(
      object<Extract<Intent, { kind: 'look' }>>({ kind: oneOf('look'), rev: count, look: isLook }),
      either(
        object<Extract<Intent, { kind: 'setInterrupts' }>>({
          kind: oneOf('setInterrupts'),
          rev: count,
          interrupts: count,
        }),
        isComparing,
      ),
    ),
    either(
      object<Extract<Intent, { kind: 'changeAssumption' }>>({
        kind: oneOf('changeAssumption'),
        rev: count,
        fact: text(100),
      }),
      either(
        isOpenCode,
        object<Extract<Intent, { kind: 'command' }>>({
          kind: oneOf('command'),
          rev: count,
          command: isPanelCommand,
        }),
      ),
    ),
  ),
);

/** Panel → extension: the panel can draw now; the answer is what it shows. */
export const ready: RequestType<Record<string, never>, PanelState> = {
  method: 'ready',
  params: object<Record<string, never>>({}),
  reply: isPanelState,
};

/** Panel → extension: the user did something; the answer is the state after it. */
export const intent: RequestType<Intent, PanelState> = {
  method: 'intent',
  params: isIntent,
  reply: isPanelState,
};

/**
 * Panel → extension: rows by the number that the state gives them, e.g. those of a shape ({@link ShapeEntry.drawing});
 * an error if something newer has replaced them.
 */
export const getPage: RequestType<PageRequest, Page> = {
  method: 'getPage',
  params: isPageRequest,
  reply: isPage,
};

/** Panel → extension: the steps of a drawing in which a text stands; an error as for `getPage`. */
export const search: RequestType<Search, Found> = { method: 'search', params: isSearch, reply: isFound };

/** Panel → extension: something went wrong in the panel; for the log. */
export const failed: NotificationType<{ readonly message: string }> = {
  method: 'failed',
  params: object<{ message: string }>({ message: text(100_000) }),
};

/** Extension → panel: what is to be shown has changed. */
export const state: NotificationType<PanelState> = { method: 'state', params: isPanelState };

/** Extension → panel: how the exploration of the Races tab stands. */
export const racesProgress: NotificationType<RacesProgress> = {
  method: 'racesProgress',
  params: isRacesProgress,
};
