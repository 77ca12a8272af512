import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { becomes, closeEditors, hoverText, openText } from './support.ts';

const IRQFD = 'vfio-pci/intx-irqfd';
const USERSPACE = 'vfio-pci/msi-userspace';
const VM =
  'qemu-system-x86_64 -M q35,accel=kvm \\\n  -device vfio-pci,id=hba0,host=01:00.0,x-no-kvm-msix=on,x-no-kvm-msi=on\n';

interface Opened {
  readonly kind: string;
  readonly uri?: string;
  readonly line?: number;
  readonly message?: string;
}

let fixtures = '';

async function open(file: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(join(fixtures, file));
  await vscode.window.showTextDocument(document);
  return document;
}

async function lenses(document: vscode.TextDocument): Promise<readonly vscode.CodeLens[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
  return all.filter(({ command }) => command?.command.startsWith('irqPath.'));
}

async function lensOn(document: vscode.TextDocument, line: number): Promise<vscode.Command> {
  const found = (await lenses(document)).filter(({ range }) => range.start.line === line);
  const step = found.find(({ command }) => command?.command === 'irqPath.showStep')?.command;
  assert.ok(step, `no lens on line ${String(line)}`);
  return step;
}

const lineOf = (document: vscode.TextDocument, text: string): number =>
  document.positionAt(document.getText().indexOf(text)).line;

const openFunction = async (at: string): Promise<Opened | undefined> =>
  await vscode.commands.executeCommand<Opened | undefined>('irqPath.openFunction', at);

describe('in C sources', () => {
  before(() => {
    const extension = vscode.extensions.getExtension('irq-path-explorer.irq-path-explorer');
    assert.ok(extension);
    fixtures = join(extension.extensionPath, 'test/fixtures/c-sources');
  });

  afterEach(async () => {
    await closeEditors();
  });

  it('a lens stands above each function that is a step, under its name in any release, and above no other', async () => {
    const document = await open('qemu/hw/vfio/pci.c');
    const found = (await lenses(document)).filter(({ command }) => command?.command === 'irqPath.showStep');
    const lines = [
      'static void vfio_intx_interrupt(void *opaque)\n{',
      'void vfio_pci_intx_eoi',
      'static void vfio_mmap_set',
    ];
    assert.deepEqual(
      found.map(({ range }) => range.start.line).sort((a, b) => a - b),
      lines.map((text) => lineOf(document, text)),
    );
    for (const { command } of found) {
      assert.match(
        command?.title ?? '',
        /^steps? [\d–,… ]+ of \d+ of [\w-]+\/[\w-]+( in shape \d+)? · simulate$/,
      );
    }
  });

  it('there are lenses in Linux too, and none outside of a tree', async () => {
    const eventfd = await open('linux/virt/kvm/eventfd.c');
    const inject = await lensOn(eventfd, lineOf(eventfd, 'static void\nirqfd_inject'));
    assert.match(inject.title, /^steps? .* of /);
    assert.ok((await lensOn(await open('linux/arch/x86/kernel/irq.c'), 5)).title.startsWith('step'));
    assert.deepEqual(await lenses(await open('other/main.c')), []);
  });

  it('the path of an open launch file comes first, and the others can be chosen', async () => {
    await openText(VM);
    const document = await open('linux/drivers/vfio/pci/vfio_pci_intrs.c');
    const line = lineOf(document, 'static irqreturn_t vfio_msihandler');
    const { title } = await lensOn(document, line);
    assert.ok(title.endsWith(`of ${USERSPACE} (hba0) · simulate`), title);
    const more = (await lenses(document)).find(
      ({ range, command }) => range.start.line === line && command?.command === 'irqPath.chooseStep',
    );
    assert.match(more?.command?.title ?? '', /^\+\d+ more$/);
    assert.match(
      await hoverText(document, 'vfio_msihandler'),
      /x-no-kvm-msix?=on.*with x-no-kvm-msix?=off: vfio-pci\/msi-irqfd/s,
    );
  });

  it('a lens opens the panel at that step, and the step opens its function', async () => {
    const document = await open('linux/drivers/vfio/pci/vfio_pci_intrs.c');
    const { command, title, arguments: parameters = [] } = await lensOn(document, 2);
    assert.ok(title.includes(IRQFD), title);
    const shown = await vscode.commands.executeCommand(command, ...(parameters as unknown[]));
    assert.deepEqual(shown, { kind: 'shown', path: IRQFD });
    const step = await vscode.commands.executeCommand<Opened>('irqPath.openFunction');
    assert.deepEqual(step, { kind: 'opened', uri: document.uri.toString(), line: 2 });
  });

  it('a hover tells the step before and the one after, with party, cost and trust', async () => {
    const text = await hoverText(await open('qemu/hw/vfio/pci.c'), 'vfio_mmap_set_enabled(vdev');
    assert.match(text, /vfio_mmap_set_enabled` is steps? .* of \*\*vfio-pci\/intx-userspace\*\*/);
    assert.match(text, /\| before \| \d+ \|.*\| \*\*here\*\* \| \d+ \|.*\| after \| \d+ \|/s);
    assert.match(text, /assumed: nobody has published it|read at its source|quoted by others/);
    assert.equal(await hoverText(await open('other/main.c'), 'vfio_intx_interrupt'), '');
  });

  it('a function that moved is found beside its file, and one that is not there is said to be missing', async () => {
    const document = await open('qemu/hw/vfio/pci.c');
    const eoi = await openFunction('QEMU hw/vfio/pci.c vfio_intx_eoi (intx.pending = false)');
    assert.equal(eoi?.line, lineOf(document, 'void vfio_pci_intx_eoi'));
    const missing = await openFunction('Linux fs/eventfd.c eventfd_write');
    assert.equal(missing?.kind, 'message');
    assert.match(missing.message ?? '', /eventfd_write \(fs\/eventfd\.c\) is not in this workspace/);
    const hardware = await openFunction('hardware: DMA status register');
    assert.match(hardware?.message ?? '', /no function of QEMU or Linux/);
  });

  it('what another extension knows of symbols is asked first', async () => {
    const uri = vscode.Uri.file(join(fixtures, 'linux/virt/kvm/eventfd.c'));
    const place = new vscode.Location(uri, new vscode.Position(4, 0));
    const asked: string[] = [];
    const provider = vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (query) => {
        asked.push(query);
        return [new vscode.SymbolInformation('irqfd_inject(work)', vscode.SymbolKind.Function, '', place)];
      },
    });
    try {
      const found = await openFunction('Linux virt/kvm/eventfd.c irqfd_inject (kworker)');
      assert.deepEqual(found, { kind: 'opened', uri: uri.toString(), line: 4 });
      assert.deepEqual(asked, ['irqfd_inject']);
    } finally {
      provider.dispose();
    }
  });

  it('the lens setting holds here too', async () => {
    const document = await open('qemu/hw/vfio/pci.c');
    const settings = vscode.workspace.getConfiguration('irqPath');
    await settings.update('codeLens', 'off', vscode.ConfigurationTarget.Global);
    try {
      await becomes(
        async () => await lenses(document),
        ({ length }) => length === 0,
      );
    } finally {
      await settings.update('codeLens', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
