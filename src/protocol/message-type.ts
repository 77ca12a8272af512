import type { Guard } from './guards.ts';

/**
 * A request as a value: its name and how both its directions are checked. The types of parameters and answer
 * belong to it, so that a caller and a handler cannot disagree.
 */
export interface RequestType<Params, Reply> {
  readonly method: string;
  readonly params: Guard<Params>;
  readonly reply: Guard<Reply>;
}

/** A message that wants no answer. */
export interface NotificationType<Params> {
  readonly method: string;
  readonly params: Guard<Params>;
}

/** What really travels. */
export type Envelope =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: false; readonly error: string }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown };
