// `node scripts/record-default-devices.mts FILE [FOLDER]`: starts QEMU, of the folder or of the path, with the command
// line of every line `$ PROGRAM ARGUMENTS` of FILE, and writes below it which devices it has, for
// test/fixtures/default-devices.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devicesOfQemu } from './lib/qemu-devices.mts';

const [file, folder] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/record-default-devices.mts FILE [FOLDER]');
  process.exit(2);
}
const asked = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('$ '));
const answers: string[] = [];
for (const line of asked) {
  const [program = '', ...args] = line.slice(2).split(' ');
  const devices = await devicesOfQemu(folder === undefined ? program : join(folder, program), args);
  if (devices === undefined) throw new Error(`QEMU does not start: ${line}`);
  answers.push(`${line}\n${devices.join(' ')}\n`);
}
await writeFile(file, answers.join(''));
