import { describe, expect, it } from 'vitest';
import type { TextRange } from '../../../src/base/text-range.ts';
import { lineOffsets, offsetOf } from '../../../src/base/text-replacement.ts';
import type { VmDescription } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { unwrap } from '../../support/unwrap.ts';

function machines(text: string, fileName = 'x.sh'): readonly VmDescription[] {
  return unwrap(readLaunchFile(text, fileName)).machines;
}

/** The devices of each machine, with what nobody knows behind a question mark. */
function devices(text: string, fileName?: string): string[] {
  const shown = ({ text: word, known }: { readonly text: string; readonly known: boolean }): string =>
    `${known ? '' : '?'}${word}`;
  return machines(text, fileName).map(({ devices: all }) =>
    all
      .map(({ driver, properties }) =>
        [
          shown(driver),
          ...properties.map(({ key, value }) => `${key.text}=${value ? shown(value) : ''}`),
        ].join(),
      )
      .join(' '),
  );
}

function at(text: string, { start, end }: TextRange): string {
  const offsets = lineOffsets(text);
  return text.slice(offsetOf(offsets, start), offsetOf(offsets, end));
}

const QEMU = 'qemu-system-x86_64';
const DOMAIN =
  "<domain type='kvm'><os><type machine='q35'>hvm</type></os><devices>\n" +
  "<interface type='network'><model type='e1000e'/></interface>\n</devices></domain>";

describe('what a script writes or runs by a here-document', () => {
  it.each([
    ['a script in a file', `cat > vm.sh <<EOF\n#!/bin/sh\n${QEMU} -device e1000\nEOF\n`],
    ['one that goes on behind the backslash', `cat >vm <<EOF\n${QEMU} \\\n  -device e1000\nEOF\n`],
    ['one with a quoted end', `cat >> vm.sh <<'EOF' && chmod +x vm.sh\n${QEMU} \\\n  -device e1000\nEOF\n`],
    ['one behind tabs', `if x; then\n\tsudo tee vm.sh <<-END\n\t${QEMU} -device e1000\n\tEND\nfi\n`],
    ['commands for another host', `cat <<'EOF' | ssh host bash -s\n${QEMU} -device e1000\nEOF\n`],
    ['commands for a shell', `sudo bash -es <<"X"\n${QEMU} -device e1000\nX\n`],
    ['a string', `bash <<< "${QEMU} -device e1000"\n`],
    ['with lines of Windows', `cat > vm.sh <<EOF\r\n${QEMU} -device e1000\r\nEOF\r\n`],
    ['Python', `python3 - <<'EOF'\nsubprocess.run(["${QEMU}", "-device", "e1000"])\nEOF\n`],
    ['a unit', `cat > "$UNITS/vm.service" <<EOF\n[Service]\nExecStart=${QEMU} -device e1000\nEOF\n`],
    ['a configuration', `cat > vm.cfg <<EOF\n[device]\n  driver = "e1000"\nEOF\n`],
    ['QMP', `nc -U qmp <<EOF\n{"execute":"device_add","arguments":{"driver":"e1000"}}\nEOF\n`],
    ['a script in a script', `bash <<'A'\ncat > vm.sh <<'B'\n${QEMU} -device e1000\nB\nA\n`],
    ['what a substitution holds', `XML="$(cat <<EOF\n[device]\n  driver = "e1000" # it's\nEOF\n)"\n`],
    ['a command of a substitution', `sh -c "$(cat <<'EOF'\n${QEMU} -device e1000 \\) '\nEOF\n)" x\n`],
    ['that of a process', `virsh define <(cat <<EOF\n[device]\n  driver = "e1000"\nEOF\n)\n`],
    ['the second of a line', `cat <<A - <<B > vm.sh\n# kvm\nA\n${QEMU} -device e1000\nB\n`],
  ])('is read: %s', (_, text) => {
    expect(devices(text)).toEqual(['e1000']);
  });

  it('is read as the language that it is in, whatever reads it', () => {
    const text = `virsh define /dev/stdin <<EOF\n${DOMAIN}\nEOF\n`;
    const [vm] = machines(text);
    expect(vm?.devices[0]?.driver.text).toBe('e1000e');
    expect(at(text, vm!.range)).toBe(DOMAIN);
    const inVariable = `XML="${DOMAIN}"\nvirsh define /dev/stdin <<< "$XML"\n`;
    expect(at(inVariable, machines(inVariable)[0]!.range)).toBe(DOMAIN);
  });

  it('stands in the order of the file, with the commands of the script', () => {
    const text = `${QEMU} -device a\ncat > vm.sh <<EOF\n${QEMU} -device b\n${QEMU} -device c\nEOF\n${QEMU} -device d\n`;
    expect(devices(text)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is read in the code of a document, too', () => {
    const text = `# VM\n\n\`\`\`sh\ncat > vm.xml <<EOF\n${DOMAIN}\nEOF\n\`\`\`\n`;
    expect(machines(text, 'README.md').map(({ range }) => at(text, range))).toEqual([DOMAIN]);
  });

  it.each([
    ['a usage message', `usage() { cat <<EOF\n${QEMU} -device e1000\nEOF\n}\n`],
    ['one to the standard error', `cat >&2 <<EOF\n${QEMU} -device e1000\nEOF\n`],
    ['what is printed in the end', `cat 2>/dev/null <<EOF\n${QEMU} -device e1000\nEOF\n`],
    ['lines left out', `: <<'END'\n[device]\n  driver = "e1000"\n${QEMU} -device e1000\nEND\n`],
    ['a document', `cat > README.md <<EOF\n    ${QEMU} -device e1000\nEOF\n`],
    ['other text', `cat > notes <<EOF\nqemu is a program\nEOF\n`],
    ['a unit that tells of one', `echo a > x <<EOF\n[Service]\nExecStart=kvm-ok\nEOF\n`],
    ['a value', `X=$(cat <<EOF\n${QEMU} -device e1000\nEOF\n)\n`],
    ['a shift', `X=$((1 <<\n2)) Y="$(echo <<<"${QEMU} -device e1000")"\n`],
    ['without an end', `cat > vm.sh <<EOF\n[device]\n  driver = "e1000"\n`],
  ])('is no machine where it is %s', (_, text) => {
    expect(devices(text)).toEqual([]);
  });
});

describe('a variable in a here-document', () => {
  const NIC = 'NIC=e1000,id=n\n';

  it('has the value that the script gives it, where that is written', () => {
    const text = `${NIC}cat > vm.sh <<EOF\n${QEMU} -device $NIC,mac=x -device \${NIC%%,*}\nEOF\n`;
    expect(devices(text)).toEqual(['e1000,id=n,mac=x ?${NIC%%,*}']);
    const [device] = machines(text)[0]!.devices;
    expect(device!.properties.map(({ range }) => at(text, range))).toEqual(['id=n', 'mac=x']);
    expect(at(text, device!.valueRange)).toBe('$NIC,mac=x');
  });

  it('is that of the inner script where the end is quoted, or a backslash stands before it', () => {
    for (const [end, dollar] of [
      ["'EOF'", '$'],
      ['\\EOF', '$'],
      ['EOF', '\\$'],
    ] as const) {
      const text = `NIC=e1000\ncat > vm.sh <<${end}\nNIC=nvme\n${QEMU} -device ${dollar}NIC\nEOF\n`;
      expect(devices(text)).toEqual(['nvme']);
    }
  });

  it('takes one letter where a backslash stands before it, and two of the file', () => {
    const text = `cat > vm.sh <<EOF\n${QEMU} -device e1000,id=\\$A,mac=b\nEOF\n`;
    const [device] = machines(text)[0]!.devices;
    expect(device!.properties.map(({ value }) => [value?.text, at(text, value!.range)])).toEqual([
      ['$A', '\\$A'],
      ['b', 'b'],
    ]);
  });

  it('may be a list of options, or have a default', () => {
    const text = `A=(-device e1000 -device nvme)\nB=\ncat > vm <<EOF\n${QEMU} \${A[*]} -device \${B:-e1000e}\nEOF\n`;
    expect(devices(text)).toEqual(['e1000 nvme e1000e']);
  });

  it('is the argument of the function that writes it', () => {
    const text = `vm() { cat > vm.sh <<EOF\n${QEMU} -device $1\nEOF\n}\nvm e1000\n`;
    expect(devices(text)).toEqual(['e1000']);
  });

  it('is unknown where the script does not say it, whatever the language', () => {
    expect(devices(`cat > vm.sh <<EOF\n${QEMU} -device 'e1000,id=$A,mac=\`x\`'\nEOF\n`)).toEqual([
      'e1000,id=?$A,mac=?`x`',
    ]);
    const xml = DOMAIN.replace('e1000e', '$MODEL');
    expect(devices(`virsh define /dev/stdin <<EOF\n${xml}\nEOF\n`)[0]).toMatch(/^\?\$MODEL/);
    const config = 'cat > a.cfg <<EOF\n[device]\n  driver = "e1000"\n  id = "$(date "+%s")"\nEOF\n';
    expect(devices(config)).toEqual(['e1000,id=?$(date "+%s")']);
  });

  it('is told where the shell replaces it before the lines that set it run, and read as it was meant', () => {
    const script = (dollar: string): string =>
      `cat > vm.sh <<EOF\nNIC=e1000\nfor i in 1; do ${QEMU} -device ${dollar}NIC,id=${dollar}NIC,mac=$M; done\nEOF\n`;
    const problems = (text: string): string[] =>
      machines(text).flatMap((vm) => vm.problems.map(({ code, range }) => `${code} ${at(text, range)}`));
    expect(devices(script('$'))).toEqual(['e1000,id=e1000,mac=?$M']);
    expect(problems(script('$'))).toEqual(['replaced-too-early $NIC', 'replaced-too-early $NIC']);
    expect(problems(script('\\$'))).toEqual([]);
    expect(problems(`NIC=x\n${script('$')}`)).toEqual([]);
  });

  it('makes no fault of the text that it stands in', () => {
    const device = (bus: string): string =>
      `<hostdev mode='subsystem' type='pci'><source><address bus='${bus}' slot='0'/></source></hostdev>`;
    const problems = (bus: string): string[] =>
      machines(`virsh attach-device vm /dev/stdin <<EOF\n${device(bus)}\nEOF\n`).flatMap((vm) =>
        vm.problems.map(({ code }) => code),
      );
    expect(problems('$BUS')).toEqual([]);
    expect(problems('many')).not.toEqual([]);
    expect(devices(`virsh attach-device vm /dev/stdin <<EOF\n${device('$BUS')}\nEOF\n`)).toEqual([
      'vfio-pci,host=?$BUS',
    ]);
  });
});
