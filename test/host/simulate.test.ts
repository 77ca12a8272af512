import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeEditors, openText } from './support.ts';

interface Outcome {
  readonly kind: string;
  readonly path?: string;
  readonly message?: string;
}

const simulate = async (...parameters: readonly unknown[]): Promise<Outcome | undefined> =>
  await vscode.commands.executeCommand<Outcome | undefined>('irqPath.simulate', ...parameters);

const panels = (): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('irqPath.panel'),
    );

/** The extension host hears of a new tab a little later than its panel is there. */
async function onePanel(): Promise<vscode.Tab> {
  for (let i = 0; i < 50 && panels().length === 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const [panel, ...others] = panels();
  assert.ok(panel, 'there is no panel');
  assert.deepEqual(others, []);
  return panel;
}

function sample(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'the samples are not open');
  return vscode.Uri.joinPath(folder.uri, name);
}

async function openAt(uri: vscode.Uri, text: string): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const place = editor.document.positionAt(editor.document.getText().indexOf(text));
  editor.selection = new vscode.Selection(place, place);
  return editor;
}

describe('Simulate IRQ path', () => {
  afterEach(async () => {
    await closeEditors();
  });

  it('answers for the device under the cursor in one panel beside, and leaves the focus in the editor', async () => {
    const editor = await openAt(sample('xgmac.sh'), '-device');
    assert.deepEqual(await simulate(), { kind: 'shown', path: 'vfio-platform/userspace' });
    assert.deepEqual(await simulate(), { kind: 'shown', path: 'vfio-platform/userspace' });
    const panel = await onePanel();
    assert.notEqual(panel.group.viewColumn, editor.viewColumn);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), editor.document.uri.toString());
  });

  it('takes the only device of a file when the cursor is on none', async () => {
    await openAt(sample('xgmac.sh'), '#!/bin/sh');
    assert.deepEqual(await simulate(), { kind: 'shown', path: 'vfio-platform/userspace' });
  });

  it('understands the fragment of document 000 and the JSON form, by the address of the file', async () => {
    for (const name of ['document-000.args', 'xgmac-json.sh']) {
      assert.deepEqual(
        await simulate(sample(name)),
        { kind: 'shown', path: 'vfio-platform/userspace' },
        name,
      );
    }
  });

  it('says in the panel why a machine has no path that could be run, instead of showing another', async () => {
    await openText(
      'qemu-system-aarch64 -M virt,gic-version=2 -accel tcg -device vfio-calxeda-xgmac,host=a\n',
    );
    const outcome = await simulate();
    assert.equal(outcome?.kind, 'trouble');
    assert.match(outcome.message ?? '', /tcg/i);
    await onePanel();
  });

  it('says that there is no QEMU in a script, opens no panel and complains about nothing in the file', async () => {
    const { document } = await openText('#!/bin/sh\nset -e\nfor f in *.c; do cc -c "$f"; done\n');
    const outcome = await simulate();
    assert.equal(outcome?.kind, 'message');
    assert.match(outcome.message ?? '', /no QEMU command line/i);
    assert.equal(panels().length, 0);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it('has words for an empty file, a folder, and a file that is not there', async () => {
    await openText('');
    assert.match((await simulate())?.message ?? '', /empty/);
    await closeEditors();
    assert.match((await simulate(sample('')))?.message ?? '', /folder/);
    assert.match((await simulate(sample('missing.sh')))?.message ?? '', /missing\.sh cannot be read/);
  });

  it('has words for a binary file and for one of 100 MB', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'irq-path-'));
    try {
      const binary = join(folder, 'image.sh');
      writeFileSync(binary, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 0, 0]));
      const large = join(folder, 'large.sh');
      writeFileSync(large, Buffer.alloc(100 * 1024 * 1024, 'qemu-system-x86_64 -device '));
      const first = await simulate(vscode.Uri.file(binary));
      assert.equal(first?.kind, 'message');
      assert.match(first.message ?? '', /binary/);
      const second = await simulate(vscode.Uri.file(large));
      assert.equal(second?.kind, 'message');
      assert.match(second.message ?? '', /too large/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('understands the rest of a file with an unterminated quote', async () => {
    await openText(
      "qemu-system-aarch64 -M virt,gic-version=2,accel=kvm -device vfio-calxeda-xgmac,host=a,x-irqfd=off -append 'quiet\n",
    );
    assert.deepEqual(await simulate(), { kind: 'shown', path: 'vfio-platform/userspace' });
  });

  it('survives whatever it is called with', async () => {
    for (const target of [42, 'text', {}, { uri: 'not a uri', line: 0, character: 0 }, { uri: 3 }]) {
      await openAt(sample('xgmac.sh'), '-device');
      assert.equal((await simulate(target))?.kind, 'shown', JSON.stringify(target));
    }
  });

  it('says which setting it does not understand', async () => {
    const settings = vscode.workspace.getConfiguration('irqPath.assume');
    await openAt(sample('xgmac.sh'), '-device');
    try {
      await settings.update('qemu', 'newest', vscode.ConfigurationTarget.Global);
      const outcome = await simulate();
      assert.equal(outcome?.kind, 'message');
      assert.match(outcome.message ?? '', /newest/);
    } finally {
      await settings.update('qemu', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('copies the drawing as Mermaid and the steps as text', async () => {
    await openAt(sample('xgmac.sh'), '-device');
    await simulate();
    await vscode.commands.executeCommand('irqPath.copyMermaid');
    assert.match(await vscode.env.clipboard.readText(), /^sequenceDiagram\n/);
    await vscode.commands.executeCommand('irqPath.copyText');
    assert.match(await vscode.env.clipboard.readText(), /^vfio-platform\/userspace, shape 1 of /);
  });

  it('answers again when the file or an assumption changes', async () => {
    const settings = vscode.workspace.getConfiguration('irqPath.assume');
    const shown = async (): Promise<string> => {
      await vscode.commands.executeCommand('irqPath.copyText');
      return await vscode.env.clipboard.readText();
    };
    const becomes = async (pattern: RegExp): Promise<void> => {
      for (let i = 0; i < 100 && !pattern.test(await shown()); i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.match(await shown(), pattern);
    };
    const { document } = await openText(
      'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm -device vfio-calxeda-xgmac,host=a,x-irqfd=off\n',
    );
    await simulate();
    assert.match(await shown(), /^vfio-platform\/userspace/);
    const edit = new vscode.WorkspaceEdit();
    const at = document.positionAt(document.getText().indexOf('off'));
    edit.replace(document.uri, new vscode.Range(at, at.translate(0, 3)), 'on');
    await vscode.workspace.applyEdit(edit);
    await becomes(/^vfio-platform\/irqfd/);
    try {
      await settings.update('qemu', '9.0', vscode.ConfigurationTarget.Global);
      await becomes(/QEMU 9\.0/);
    } finally {
      await settings.update('qemu', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('opens a sample as a copy', async () => {
    await vscode.commands.executeCommand('irqPath.openSamples', 'document-000.args');
    // The host hears of the new active editor a little later than it is there.
    const isCopy = (): boolean => vscode.window.activeTextEditor?.document.languageId === 'qemu-args';
    for (let i = 0; i < 50 && !isCopy(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, 'qemu-args');
    assert.equal(document.isUntitled, true);
    assert.match(document.getText(), /irqfd=false/);
  });
});
