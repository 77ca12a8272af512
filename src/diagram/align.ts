/** Where a row's step stands in each sequence; null in those that do not have it. */
export type AlignedRow = readonly (number | null)[];

/**
 * Puts sequences of names side by side: rows in which those that have the same name share it, as many of them as can
 * be without changing the order of any (a longest common subsequence; the third sequence and later ones are laid
 * against what the ones before came to). Between two shared rows the names of an earlier sequence stand first.
 */
export function align(sequences: readonly (readonly string[])[]): AlignedRow[] {
  let rows: { readonly name: string; readonly positions: (number | null)[] }[] = [];
  sequences.forEach((names, member) => {
    const merged: typeof rows = [];
    const alone = (row: number): void => {
      const known = rows[row];
      if (known) merged.push({ name: known.name, positions: [...known.positions, null] });
    };
    const own = (position: number, before: readonly (number | null)[]): void => {
      merged.push({ name: names[position] ?? '', positions: [...before, position] });
    };
    const nobody = Array.from({ length: member }, () => null);
    let [row, position] = [0, 0];
    for (const [sharedRow, sharedPosition] of [
      ...commonPairs(
        rows.map(({ name }) => name),
        names,
      ),
      [rows.length, names.length] as const,
    ]) {
      while (row < sharedRow) alone(row++);
      while (position < sharedPosition) own(position++, nobody);
      const shared = rows[row];
      if (shared) own(position, shared.positions);
      row++;
      position++;
    }
    rows = merged;
  });
  return rows.map(({ positions }) => positions);
}

/** Positions in both of a longest common subsequence, in order; of several the one that begins earliest in `a`. */
function commonPairs(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  // lengths[i * width + j]: of the longest common subsequence of what is left from i and from j on.
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] as number) + 1
          : Math.max(lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number);
    }
  }
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if ((lengths[(i + 1) * width + j] as number) > (lengths[i * width + j + 1] as number)) i++;
    else j++;
  }
  return pairs;
}
