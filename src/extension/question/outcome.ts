/** What became of a question; for the command's caller and for tests, which cannot see messages. */
export type Outcome =
  /** The panel shows a run of this path. */
  | { readonly kind: 'shown'; readonly path: string }
  /** The panel compares runs of these paths. */
  | { readonly kind: 'compared'; readonly paths: readonly string[] }
  /** The panel says why it has no run to show. */
  | { readonly kind: 'trouble'; readonly message: string }
  /** No panel was opened; the message was shown. */
  | { readonly kind: 'message'; readonly message: string }
  /** The user chose nothing, or a newer question came before the answer. */
  | { readonly kind: 'cancelled' };
