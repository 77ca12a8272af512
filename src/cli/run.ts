import type { Command } from './command.ts';
import { compareCommand } from './commands/compare.ts';
import { exploreCommand } from './commands/explore.ts';
import { optionsCommand } from './commands/options.ts';
import { pathsCommand } from './commands/paths.ts';
import { resolveCommand } from './commands/resolve.ts';
import { simulateCommand } from './commands/simulate.ts';
import { traceCommand } from './commands/trace.ts';
import type { CliIo, ExitStatus } from './io.ts';
import { nearestOrAll } from '../base/nearest-name.ts';

const COMMANDS: readonly Command[] = [
  pathsCommand,
  resolveCommand,
  simulateCommand,
  compareCommand,
  exploreCommand,
  traceCommand,
  optionsCommand,
];

/** Runs `irqpath` with its arguments (the program's own name left out). */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitStatus> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    io.err(overview());
    return 2;
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest[0], io);
  if (name === '--version' || name === '-V') {
    io.out(`irqpath ${io.version}\n`);
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) return unknownCommand(name, io);
  if (rest.includes('--help') || rest.includes('-h')) return help(name, io);
  return command.run(rest, io);
}

function help(name: string | undefined, io: CliIo): ExitStatus {
  if (name === undefined) {
    io.out(overview());
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) return unknownCommand(name, io);
  const lines = [`usage: irqpath ${command.name} ${command.synopsis}`, '', command.summary];
  io.out([...lines, '', ...command.help, ''].join('\n'));
  return 0;
}

function unknownCommand(name: string, io: CliIo): ExitStatus {
  const names = COMMANDS.map((command) => command.name);
  io.err(`irqpath: no command '${name}'; ${nearestOrAll(name, names, 'expected')}\nTry: irqpath --help\n`);
  return 2;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'irqpath: which way an interrupt goes between device, host kernel, QEMU and guest',
    '',
    'usage: irqpath COMMAND [arguments]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'irqpath COMMAND --help explains a command; irqpath --version prints the version.',
    'Exit status: 0 done; 1 done, and something was found; 2 bad usage or unreadable input.',
    '',
  ].join('\n');
}
