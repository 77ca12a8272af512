/** The options of the command line that give something an id, and the keys of that id, most telling first. */
export const ID_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['netdev', ['id']],
  ['object', ['id']],
  ['chardev', ['id']],
  ['drive', ['id', 'node-name']],
  ['blockdev', ['node-name']],
  ['device', ['id']],
]);

/** The properties whose value is such an id, and what it may be the id of. */
const LINKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['netdev', ['netdev']],
  ['drive', ['drive', 'blockdev']],
  ['iothread', ['object']],
  ['iommufd', ['object']],
  ['memdev', ['object']],
  ['memory-backend', ['object']],
  ['rng', ['object']],
  ['chardev', ['chardev']],
]);

/** The options whose ids a property's value is one of; undefined if it names nothing else. */
export function linkedOptions(key: string): readonly string[] | undefined {
  return LINKS.get(key);
}
