import * as assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeEditors, newDocument } from './support.ts';

async function hoverOn(
  document: vscode.TextDocument,
  text: string,
): Promise<vscode.MarkdownString | undefined> {
  const place = document.positionAt(document.getText().indexOf(text) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    place,
  );
  // VS Code adds an empty one where no extension has anything to say.
  return hovers
    .flatMap(({ contents }) => contents)
    .filter((content) => content instanceof vscode.MarkdownString)
    .find(({ value }) => Boolean(value));
}

const words = (hover: vscode.MarkdownString | undefined): string => (hover?.value ?? '').replaceAll('\\', '');

const SCRIPT = 'qemu-system-aarch64 -M virt,gic-version=2 -accel kvm -device vfio-calxeda-xgmac,host=a,';

describe('hover on an option', () => {
  it('explains x-irqfd: type, default, releases, former name, effect, and this device’s path', async () => {
    const hover = words(await hoverOn(await newDocument(`${SCRIPT}x-irqfd=off\n`), 'x-irqfd'));
    for (const fact of [
      'on or off',
      'default `on`',
      'QEMU 2.4 until it was removed in 10.2',
      'Also `irqfd`',
      'KVM_IRQ_LINE',
      'takes **vfio-platform/userspace**',
    ]) {
      assert.ok(hover.includes(fact), `${fact} is not in: ${hover}`);
    }
  });

  it('explains irqfd of the 2014 series as x-irqfd', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'qemu-args',
      content: '-device vfio-platform,vfio_device="fff51000.ethernet",irqfd=false\\\n',
    });
    const hover = words(await hoverOn(document, 'irqfd=false'));
    assert.match(hover, /^\*\*irqfd\*\*/);
    assert.ok(hover.includes('`x-irqfd`') && hover.includes('series of 2014'), hover);
  });

  it('explains mmap-timeout-ms: unit, default, what 0 does', async () => {
    const hover = words(await hoverOn(await newDocument(`${SCRIPT}mmap-timeout-ms=0\n`), 'mmap-timeout-ms'));
    for (const fact of ['number (ms)', 'default `1100`', '0: the timer is never armed']) {
      assert.ok(hover.includes(fact), `${fact} is not in: ${hover}`);
    }
  });

  it('offers a link that simulates this device, and may run no other command', async () => {
    const hover = await hoverOn(await newDocument(`${SCRIPT}x-irqfd=off\n`), 'x-irqfd');
    assert.deepEqual(hover?.isTrusted, { enabledCommands: ['irqPath.simulate'] });
    const link = /command:irqPath\.simulate\?([^)]+)/.exec(hover.value)?.[1];
    assert.ok(link);
    const [target] = JSON.parse(decodeURIComponent(link)) as unknown[];
    assert.deepEqual(await vscode.commands.executeCommand('irqPath.simulate', target), {
      kind: 'shown',
      path: 'vfio-platform/userspace',
    });
    await closeEditors();
  });

  it('says nothing where the same words are not options of QEMU', async () => {
    const document = await newDocument(
      '# x-irqfd=off\necho irqfd mmap-timeout-ms=3\nkvm_stat --irqfd x-irqfd\n',
    );
    for (const text of ['x-irqfd', 'irqfd mmap', 'mmap-timeout-ms']) {
      assert.equal(await hoverOn(document, text), undefined, text);
    }
  });
});
