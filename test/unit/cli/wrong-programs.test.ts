import { describe, it } from 'vitest';
import { expectTold, type WrongFile } from './wrong-file.ts';

const WRONG_FILES: readonly WrongFile[] = [
  {
    name: 'Makefile',
    text: 'OPTS = -m $(MEM -smp 2\nrun:\n\tqemu-system-x86_64 $(OPTS)\n\tqemu-system-x86_64 -device nvme,id=rest\n',
    said: 'Makefile:1:11: error: nothing closes this $(; expected )',
    rest: 'rest',
  },
  {
    name: 'spaces.mk',
    text: 'run:\n    qemu-system-x86_64 -device nvme,id=rest\n',
    said: 'spaces.mk:2:5: error: make refuses a command behind blanks; expected a tab before it',
    rest: 'rest',
  },
  {
    name: 'endif.mk',
    text: 'ifdef X\nA = -m 1G\nrun:\n\tqemu-system-x86_64 -device nvme,id=rest $(A)\n',
    said: 'endif.mk:1:1: error: nothing ends this condition; expected endif',
    rest: 'rest',
  },
  {
    name: 'endef.mk',
    text: 'define RUN\nqemu-system-x86_64 -device nvme,id=rest\n',
    said: 'endef.mk:1:1: error: nothing ends this definition; expected endef',
    rest: 'rest',
  },
  {
    name: 'letter.mk',
    text: 'A1 = -m 1G\nrun:\n\tqemu-system-x86_64 -device nvme,id=rest $A1\n',
    said: "letter.mk:3:42: warning: make takes this for $(A) and '1'; expected $(A1)",
    rest: 'rest',
  },
  {
    name: 'vm.service',
    text: '[Service]\nExecStartPre=qemu-system-x86_64 -name "a\nExecStart=qemu-system-x86_64 -device nvme,id=rest\n',
    said: 'vm.service:2:39: error: nothing closes this "; expected "',
    rest: 'rest',
  },
  {
    name: 'key.service',
    text: '[Service]\nExecStrat=qemu-kvm -m 1G\nExecStart=qemu-system-x86_64 -device nvme,id=rest\n',
    said: 'key.service:2:1: error: systemd has no ExecStrat=, and leaves it out; did you mean ExecStart=?',
    rest: 'rest',
  },
  {
    name: 'section.service',
    text: '[Servce]\nExecStart=qemu-system-x86_64 -device nvme,id=rest\n',
    said: 'section.service:1:1: error: systemd leaves out the section [Servce]; did you mean [Service]?',
    rest: 'rest',
  },
  {
    name: 'blank.service',
    text: '[Service]\nExecStart=qemu-system-x86_64 -device nvme,id=rest \\\n\n  -m 1G\n',
    said: 'blank.service:4:3: error: systemd leaves out this line; expected KEY=VALUE, or a backslash at the very end of the',
    rest: 'rest',
  },
  {
    name: 'shell.service',
    text: '[Service]\nExecStart=qemu-system-x86_64 -device nvme,id=rest > log\n',
    said: 'shell.service:2:51: warning: systemd starts no shell, so that > is an argument; expected /bin/sh -c',
    rest: 'rest',
  },
  {
    name: 'variable.service',
    text: '[Service]\nEnvironment="A=-m 1G\nExecStart=qemu-system-x86_64 -device nvme,id=rest $A\n',
    said: 'variable.service:2:13: error: nothing closes this "; expected "',
    rest: 'rest',
  },
  {
    name: 'words.service',
    text: '[Service]\nEnvironment=A=-m 1G\nExecStart=qemu-system-x86_64 -device nvme,id=rest $A\n',
    said: "words.service:2:18: warning: systemd leaves out '1G'; expected NAME=VALUE, all of it in quotes",
    rest: 'rest',
  },
  {
    name: 'README.md',
    text: '# Run\n\n```sh\nqemu-system-x86_64 -nodefault -device nvme,id=rest\n```\n',
    said: 'README.md:4:20: error: QEMU has no option -nodefault; did you mean -nodefaults?',
    rest: 'rest',
  },
  {
    name: 'vm.rst',
    text: 'Run::\n\n  $ qemu-system-x86_64 -device id=a -device nvme,id=rest\n',
    said: 'vm.rst:3:32: error: -device needs the name of a device: driver,property=value,…',
    rest: 'rest',
  },
  {
    name: 'colon.rst',
    text: 'Run\n\n.. code-block: sh\n\n   qemu-system-x86_64 -device nvme,id=rest\n',
    said: 'colon.rst:3:1: error: reStructuredText takes this for a comment; expected .. code-block::',
    rest: 'rest',
  },
  {
    name: 'run.py',
    text: 'cmd = ["qemu-system-x86_64", "-m, "1G"]\nother = ["qemu-system-x86_64", "-device", "nvme,id=rest"]\n',
    said: 'run.py:1:38: error: nothing closes this "; expected "',
    rest: 'rest',
  },
  {
    name: 'list.py',
    text: 'a = ["qemu-system-x86_64", "-m", "1G"\nb = ["qemu-system-x86_64", "-device", "nvme,id=rest"]\n',
    said: 'list.py:1:5: error: nothing closes this [; expected ]',
    rest: 'rest',
  },
  {
    name: 'bracket.py',
    text: 'a = ["qemu-system-x86_64", "-device", "nvme,id=rest")\n',
    said: 'bracket.py:1:5: error: nothing closes this [; expected ]',
    rest: 'rest',
  },
  {
    name: 'comma.py',
    text: 'a = ["qemu-system-x86_64", "-nodefaults" "-S", "-device", "nvme,id=rest"]\n',
    said: 'comma.py:1:42: warning: this string and the one before it are one argument; expected a comma between them',
    rest: 'rest',
  },
  {
    name: 'format.py',
    text: 'a = ["qemu-system-x86_64", f"-m{size", "-device", "nvme,id=rest"]\n',
    said: 'format.py:1:32: error: nothing closes this {; expected }',
    rest: 'rest',
  },
  {
    name: 'vm.nix',
    text: '{\n  a = [ "-device" "nvme,id=rest" ];\n  b = [ "-device" "e1000 ];\n}\n',
    said: 'vm.nix:3:19: error: nothing closes this "; expected "',
    rest: 'rest',
  },
  {
    name: 'list.nix',
    text: '{\n  a = [ "-device" "e1000,id=a" ;\n  b = [ "-device" "nvme,id=rest" ];\n}\n',
    said: 'list.nix:2:7: error: nothing closes this [; expected ]',
    rest: 'rest',
  },
];

describe('a program or document with a mistake', () => {
  it.each(WRONG_FILES)('$name: the mistake has its place, the rest is read', expectTold);
});
