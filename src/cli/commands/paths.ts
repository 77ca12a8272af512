import { ALL_PATHS } from '../../paths/all-paths.ts';
import { JSON_OPTION, readArguments } from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { table } from '../text.ts';

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
    const rows = paths.flatMap((path) => [
      [
        path.id,
        path.leg,
        path.status,
        path.evidence,
        `${path.introduced ?? '–'} to ${path.removed ?? 'today'}`,
      ],
    ]);
    const lines = table(
      [
        { title: 'PATH', align: 'left', maximum: 32 },
        { title: 'LEG', align: 'left', maximum: 10 },
        { title: 'STATUS', align: 'left', maximum: 10 },
        { title: 'EVIDENCE', align: 'left', maximum: 8 },
        { title: 'RELEASES', align: 'left' },
      ],
      rows,
    );
    io.out(`${lines.join('\n')}\n`);
    return Promise.resolve(0);
  },
};
