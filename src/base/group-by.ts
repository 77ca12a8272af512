/** Members that have the same key together, keys in the order in which they come first. */
export function groupBy<T, K>(members: Iterable<T>, key: (member: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const member of members) {
    const known = groups.get(key(member));
    if (known) known.push(member);
    else groups.set(key(member), [member]);
  }
  return groups;
}
