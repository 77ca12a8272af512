import { FACT_OPTIONS, JSON_OPTION, readArguments, readFactArguments } from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { FACTS_HELP } from '../facts-text.ts';
import { readMachines } from '../read-machines.ts';
import { resolvedText } from '../resolved-text.ts';

/** `irqpath resolve FILE`: the path of every leg of every device, with every reason. */
export const resolveCommand: Command = {
  name: 'resolve',
  synopsis: 'FILE [--host FACTS] [--guest FACTS] [--json]',
  summary: 'says which path each device of a launch file takes, and why',
  help: [
    '  FILE            a script, command line, domain XML or other launch file; - reads standard input',
    ...FACTS_HELP,
  ],
  async run(args, io) {
    const read = readArguments(args, { ...FACT_OPTIONS, ...JSON_OPTION }, 1);
    if (!read.ok) return badUsage(io, 'resolve', read.error);
    const name = read.value.positionals[0];
    if (name === undefined) return badUsage(io, 'resolve', 'a FILE is missing (- reads standard input)');
    const facts = readFactArguments(read.value);
    if (!facts.ok) return badUsage(io, 'resolve', facts.error);
    const machines = await readMachines(name, facts.value, io);
    if (!machines.ok) {
      io.err(machines.error);
      return 2;
    }
    const { resolved } = machines.value;
    const json = read.value.flag('json');
    io.out(json ? `${JSON.stringify(resolved, null, 2)}\n` : resolvedText(resolved));
    return 0;
  },
};
