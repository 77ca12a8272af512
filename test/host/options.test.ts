import * as assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { optionsOfDriver } from '../../src/catalog/options.ts';
import { isBetween } from '../../src/facts/releases.ts';
import {
  becomes,
  closeEditors,
  hoverText,
  irqpathCompare,
  newDocument,
  openText,
  withSetting,
} from './support.ts';

const DISK = '-drive if=none,id=d,file=a -device virtio-blk-pci,drive=d';
const NIC = '-device vfio-pci,host=01:00.0,x-no-kvm-intx=on';
const WITHOUT_MSI = '-kernel vmlinuz -append pci=nomsi';
const DOMAIN = (devices: string): string =>
  "<domain type='kvm'>\n  <os>\n    <type arch='x86_64' machine='q35'>hvm</type>\n  </os>\n  <devices>\n" +
  `    ${devices}\n  </devices>\n</domain>\n`;
const XML_DISK = (attributes: string): string =>
  `<disk type='file'>\n      <driver name='qemu'${attributes}/>\n      <target dev='vda' bus='virtio'/>\n    </disk>`;
const XML_CARD = "<interface type='bridge'>\n      <model type='virtio'/>\n    </interface>";

/** What stands where, and what hover must say of it. */
const HOVERS: readonly (readonly [language: string, text: string, at: string, facts: readonly RegExp[]])[] = [
  [
    'qemu-args',
    '-M virt,gic-version=2 -accel kvm -device vfio-calxeda-xgmac,host=a,irqfd=false\n',
    'irqfd=false',
    [
      /`x-irqfd` today: .*series of 2014/,
      /QEMU 2\.4 until it was removed in 10\.2/,
      /takes \*\*vfio-platform\/userspace\*\* · [\d.]+ exits · ≈ /,
      /with x-irqfd=on: vfio-platform\/irqfd, −[\d.]+ exits, ≈ −[\d.]+ [µn]s latency per interrupt/,
    ],
  ],
  [
    'shellscript',
    `qemu-system-x86_64 -M q35 -accel kvm ${DISK},ioeventfd=off\n`,
    'ioeventfd=off',
    [
      /on or off/,
      /since QEMU /,
      /takes \*\*virtio\/notify-sync \+ call-userspace\*\* · [\d.]+ exits?/,
      /with ioeventfd=on: virtio\/notify-ioeventfd, .*per request/,
    ],
  ],
  [
    'shellscript',
    `qemu-system-x86_64 -M q35,kernel_irqchip=split -accel kvm ${WITHOUT_MSI} ${NIC.replace('=on', '=off')}\n`,
    'kernel_irqchip=split',
    [
      /since QEMU /,
      /\*\*vfio-pci\/intx-split\*\*/,
      /with kernel-irqchip=on: vfio-pci\/intx-irqfd, .*per interrupt/,
    ],
  ],
  [
    'xml',
    DOMAIN(XML_DISK(" ioeventfd='off'")),
    "ioeventfd='off'",
    [
      /since QEMU /,
      /takes \*\*virtio\/notify-sync/,
      /with ioeventfd=on: virtio\/notify-ioeventfd, .*per request/,
    ],
  ],
  [
    'shellscript',
    `qemu-system-x86_64 -M q35 -accel kvm ${WITHOUT_MSI} ${NIC}\n`,
    'x-no-kvm-intx=on',
    [
      /since QEMU /,
      /takes \*\*vfio-pci\/intx-userspace\*\* · [\d.]+ exits/,
      /with x-no-kvm-intx=off: vfio-pci\/intx-irqfd, .*per interrupt/,
    ],
  ],
  [
    'qmp',
    '{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "ioeventfd": false}}\n',
    'ioeventfd',
    [/on or off/, /since QEMU /],
  ],
];

describe('options in the editor', () => {
  afterEach(async () => {
    await closeEditors();
  });

  for (const [language, text, at, facts] of HOVERS) {
    it(`hover on ${at} (${language}) documents it and says what the other value would change`, async () => {
      const hover = await hoverText(await newDocument(text, language), at);
      for (const fact of facts) assert.match(hover, fact);
    });
  }

  it('the same option in two machines makes two differences, each that of irqpath compare', async () => {
    const deltas = [
      ['on', 'vfio-pci/intx-irqfd'],
      ['split', 'vfio-pci/intx-split'],
    ].map(([irqchip = '', path = '']) => {
      const text = `qemu-system-x86_64 -M q35 -accel kvm,kernel-irqchip=${irqchip} ${WITHOUT_MSI} ${NIC}\n`;
      return { text, path, delta: irqpathCompare(text, path) };
    });
    assert.notEqual(deltas[0]?.delta, deltas[1]?.delta);
    for (const { text, path, delta } of deltas) {
      const hover = await hoverText(await newDocument(text), 'x-no-kvm-intx');
      assert.ok(hover.includes(`with x-no-kvm-intx=off: ${path}, ${delta}`), `${delta} is not in: ${hover}`);
    }
  });

  for (const qemu of ['4.1', '10.1']) {
    it(`completion offers exactly the options of the device that QEMU ${qemu} has`, async () => {
      for (const driver of ['virtio-net-pci', 'vfio-pci', 'nvme']) {
        const line = `qemu-system-x86_64 -M q35 -accel kvm -device ${driver},`;
        const document = await newDocument(`${line}\n`);
        const expected = optionsOfDriver(driver).filter(
          ({ introduced, removed }) => introduced !== null && isBetween(qemu, introduced, removed),
        );
        const offered = await withSetting(
          'assume.qemu',
          qemu,
          async () => await optionsAt(document, line.length),
        );
        assert.deepEqual(offered.sort(), expected.map(({ name }) => name).sort(), driver);
      }
    });
  }

  it('a value that is none is mended in XML by a quick fix', async () => {
    const { document } = await openText(DOMAIN(XML_DISK(" ioeventfd='maybe'")), 'xml');
    await applyFix(document, 'invalid-value', 'Set ioeventfd=off');
    assert.equal(document.getText(), DOMAIN(XML_DISK(" ioeventfd='off'")));
  });

  it('a QMP session is checked, and mended', async () => {
    const text = '{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "ioeventf": false}}\n';
    const { document } = await openText(text, 'qmp');
    await applyFix(document, 'unknown-option', 'Change to ioeventfd');
    assert.equal(document.getText(), text.replace('ioeventf', 'ioeventfd'));
  });

  it('a what-if is written into libvirt’s XML, and taken back by Undo', async () => {
    const before = DOMAIN(XML_CARD);
    const { document } = await openText(before, 'xml');
    const at = document.positionAt(before.indexOf('<interface') + 1);
    const device = { uri: document.uri.toString(), line: at.line, character: at.character };
    const run = async (command: string, ...parameters: readonly unknown[]): Promise<unknown> =>
      await vscode.commands.executeCommand(`irqPath.${command}`, ...parameters);
    assert.deepEqual(await run('editOption', device, 'ioeventfd', 'off'), { kind: 'done' });
    assert.deepEqual(await run('applyWhatIf', device), { kind: 'done' });
    assert.ok(
      document.getText().includes("\n      <driver ioeventfd='off'/>\n    </interface>"),
      document.getText(),
    );
    await vscode.commands.executeCommand('undo');
    await becomes(
      () => document.getText(),
      (words) => words === before,
    );
  });

  it('references of an id are its definition and every use', async () => {
    const text = `qemu-system-x86_64 -M q35 -accel kvm -object iothread,id=io ${DISK},iothread=io\n`;
    const document = await newDocument(text);
    for (const name of ['id=io', 'iothread=io']) {
      const found = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeReferenceProvider',
        document.uri,
        document.positionAt(text.indexOf(name) + name.length),
      );
      const starts = found.map(({ range }) => range.start.character);
      assert.deepEqual(starts, [text.indexOf('id=io') + 3, text.indexOf('iothread=io') + 9]);
    }
  });
});

/** The names of options that are offered in the first line. */
async function optionsAt(document: vscode.TextDocument, character: number): Promise<string[]> {
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    new vscode.Position(0, character),
  );
  return items
    .filter(({ kind }) => kind === vscode.CompletionItemKind.Property)
    .map(({ label }) => (typeof label === 'string' ? label : label.label));
}

async function applyFix(document: vscode.TextDocument, code: string, title: string): Promise<void> {
  const isIt = (one: vscode.Diagnostic): boolean => one.code === code;
  const found = await becomes(
    () => vscode.languages.getDiagnostics(document.uri),
    (all) => all.some(isIt),
  );
  const range = found.find(isIt)?.range;
  assert.ok(range);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
  );
  const fix = actions.find((action) => action.title === title);
  assert.ok(fix?.edit, actions.map((action) => action.title).join());
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
  await becomes(
    () => vscode.languages.getDiagnostics(document.uri),
    (all) => !all.some(isIt),
  );
}
