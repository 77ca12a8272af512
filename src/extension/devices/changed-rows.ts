/** A row of a tree: what it says, and the rows below it. */
export interface Row {
  readonly key: string;
  readonly text: string;
  readonly children: readonly Row[];
}

/** The keys of the rows that say something else than before, or have other rows below them; none within another. */
export function changedRows(before: Row, now: Row): readonly string[] {
  const isSame =
    before.text === now.text &&
    before.children.length === now.children.length &&
    before.children.every(({ key }, i) => key === now.children[i]?.key);
  if (!isSame) return [now.key];
  return now.children.flatMap((child, i) => {
    const earlier = before.children[i];
    return earlier ? changedRows(earlier, child) : [];
  });
}
