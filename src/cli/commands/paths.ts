import { ALL_PATHS } from '../../paths/all-paths.ts';
import type { KnownBug, PathInfo } from '../../paths/path.ts';
import { JSON_OPTION, readArguments } from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { table, wrap } from '../text.ts';

/** `irqpath paths`: every path that is built, as data. */
export const pathsCommand: Command = {
  name: 'paths',
  synopsis: '[--json]',
  summary: 'lists the delivery paths: what selects them, since when, how far they are proved',
  help: ['  --json   as data; docs/json.md has the fields'],
  run(args, io) {
    const read = readArguments(args, JSON_OPTION, 0);
    if (!read.ok) return Promise.resolve(badUsage(io, 'paths', read.error));
    const paths = ALL_PATHS.map(({ info }) => info);
    if (read.value.flag('json')) {
      io.out(`${JSON.stringify(paths, null, 2)}\n`);
      return Promise.resolve(0);
    }
    io.out(`${listed(paths).join('\n')}\n`);
    return Promise.resolve(0);
  },
};

/** A table of the paths, and under each the bugs that are known of it. */
function listed(paths: readonly PathInfo[]): string[] {
  const [head = '', ...rows] = table(
    [
      { title: 'PATH', align: 'left', maximum: 32 },
      { title: 'LEG', align: 'left', maximum: 10 },
      { title: 'STATUS', align: 'left', maximum: 10 },
      { title: 'EVIDENCE', align: 'left', maximum: 8 },
      { title: 'RELEASES', align: 'left' },
    ],
    paths.map((path) => [path.id, path.leg, path.status, path.evidence, releases(path)]),
  );
  return [head, ...rows.flatMap((row, i) => [row, ...(paths[i]?.bugs ?? []).flatMap(bugText)])];
}

function releases({ status, introduced, introducedUnverified, removed }: PathInfo): string {
  if (status === 'proposed' || status === 'what-if') return 'never';
  if (introduced === null) return removed === null ? 'ever since' : `until ${removed}`;
  const since = `${introduced}${introducedUnverified ? ' (unverified)' : ''}`;
  return removed === null ? `${since} to today` : `${since} until removed in ${removed}`;
}

function bugText({ name, title, introducedIn, fixedIn, whatIf, violates }: KnownBug): string[] {
  const since = introducedIn === null ? 'ever since' : `since ${introducedIn}`;
  const until = fixedIn === null ? 'not fixed' : `fixed in ${fixedIn}`;
  const range = whatIf ? 'what if: in no release' : `${since}, ${until}`;
  return wrap(`${title} (${violates}; ${range})`, `  bug ${name}: `, '      ');
}
