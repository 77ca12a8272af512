import { SAMPLE_LAUNCHES } from './sample-launches.ts';

/** Signs and lines of the formats that launch files have: what opens something, and what a file may have many of. */
const REPEATED: readonly string[] = [
  ...Array.from('\'"`\\$()[]{}<>&;|#\n\t =,%-+/\r'),
  ...[
    '${',
    '${A:-',
    '${A:-x}',
    '$(',
    '$((',
    '((',
    '$A ',
    '"${A[@]}" ',
    "$'",
    '<<E\n',
    '<<E <<F\n',
    'tee a <<E\n$A`x`${A\nE\n',
    'A=$A-device\nsh <<E\nkvm -M $A\nE\n',
    'sh <<E\n',
    '$(<<E\n)',
    'A="$(<<E\n',
    '<<E $(<<F\n',
    'kvm <<E <<< $(\n',
    '\\\n',
  ],
  ...['a=', 'a+=$a ', 'a=$a\n', 'a="$a b"\n', 'A=("${A[@]}" -device e1000)\n', 'A+=(-device e1000)\n'],
  ...['A="$A -device e1000"\n', 'if x; then A+=" -device e1000"; fi\n', 'f() {\n A=(-device e1000)\n'],
  ...[
    'if ',
    'for x in ',
    'case a in ',
    'function f {\n',
    '-device e1000,id=a ',
    '-set device.a.b=c ',
    '-M a=b ',
  ],
  ...['</', '<a', '<a>', '<a b="', '<!--', '<![CDATA[', '&amp;', 'A = $(A) x\n', 'A += $(B)\nB += $(A)\n'],
  ...['$(A)', '\t$(A)\n', 'define a\n', 'ifeq a\n', 'Environment=A=b\n', 'ExecStart=qemu-kvm \\\n', '%i'],
  ...[
    '```\n',
    '~~~sh\n',
    '> ',
    '    x\n',
    '::\n\n  ',
    '.. code-block:: sh\n\n  ',
    '"""',
    "''",
    "''${",
    'f"{',
  ],
  ...['"a" + [', '["a", ', '[("a", ', "cmd += ['a']\n", "cmd.append('a')\n", 'if x:\n', 'x = x + x\n', '(x '],
  ...['[device "a"]\n', 'driver = "e1000"\n', '{"execute":', '{"a":', 'net0: e1000=a,', 'net0: e1000=a\n'],
  ...[
    'args: -device e1000\n',
    '[a]\nqemu_params = -device e1000\n',
    'extra_params = """',
    '/*',
    '\ufeff',
    'é',
  ],
];

/** A sample with one of them behind it, again and again. */
export interface RepeatedText {
  readonly fileName: string;
  readonly repeated: string;
  /** The text with so many letters of it. */
  readonly withLetters: (letters: number) => string;
}

/** Every sample with each of them. */
export const REPEATED_TEXTS: readonly RepeatedText[] = SAMPLE_LAUNCHES.flatMap(({ fileName, text }) =>
  REPEATED.map((repeated) => ({
    fileName,
    repeated,
    withLetters: (letters) => text + repeated.repeat(Math.ceil(letters / repeated.length)),
  })),
);
