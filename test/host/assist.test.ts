import * as assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { becomes, closeEditors, newDocument, openText } from './support.ts';

const HEAD =
  'qemu-system-x86_64 -M q35 -accel kvm -netdev tap,id=n0,vhost=on -device virtio-net-pci,netdev=n0';

describe('help while a launch file is written', () => {
  it('completes the options of the device, and the values of an option', async () => {
    const document = await newDocument(`${HEAD},tx=\n`);
    const labels = async (character: number): Promise<string[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new vscode.Position(0, character),
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    const values = await labels(`${HEAD},tx=`.length);
    assert.ok(values.includes('bh') && values.includes('timer'), values.join());
    const options = await labels(`${HEAD},`.length);
    assert.ok(options.includes('ioeventfd') && !options.includes('netdev'), options.join());
  });

  it('mends a misspelt option', async () => {
    const { document } = await openText(`${HEAD},ioeventf=off\n`);
    const diagnostics = await becomes(
      () => vscode.languages.getDiagnostics(document.uri),
      (found) => found.some(({ code }) => code === 'unknown-option'),
    );
    const range = diagnostics.find(({ code }) => code === 'unknown-option')?.range;
    assert.ok(range);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    );
    const fix = actions.find(({ title }) => title === 'Change to ioeventfd');
    assert.ok(fix?.edit, actions.map(({ title }) => title).join());
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(document.getText(), `${HEAD},ioeventfd=off\n`);
    await becomes(
      () => vscode.languages.getDiagnostics(document.uri),
      (found) => !found.some(({ code }) => code === 'unknown-option'),
    );
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeEditors();
  });

  it('shows machines and devices in the outline, and leads from netdev= to its -netdev and back', async () => {
    const document = await newDocument(`${HEAD}\n`);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const names = symbols.flatMap(({ name, children }) => [name, ...children.map((child) => child.name)]);
    assert.deepEqual(names, ['qemu-system-x86_64', 'virtio-net-pci', 'n0', 'by default']);
    const places = async (command: string): Promise<number[]> => {
      const found = await vscode.commands.executeCommand<vscode.Location[]>(
        command,
        document.uri,
        new vscode.Position(0, HEAD.length),
      );
      return found.map(({ range }) => range.start.character);
    };
    const [id, use] = [HEAD.indexOf('id=n0') + 3, HEAD.lastIndexOf('n0')];
    assert.deepEqual(await places('vscode.executeDefinitionProvider'), [id]);
    assert.deepEqual(await places('vscode.executeReferenceProvider'), [id, use]);
  });

  it('compares the options with those of a QEMU of the setting, and shows the result', async () => {
    const program = join(mkdtempSync(join(tmpdir(), 'irq-path-')), 'qemu');
    writeFileSync(
      program,
      '#!/bin/sh\ncase "$*" in --version) echo "QEMU emulator version 10.0.2";; ' +
        '"-device help") echo "name \\"vfio-quantum\\", bus PCI";; esac\n',
    );
    chmodSync(program, 0o755);
    const settings = vscode.workspace.getConfiguration('irqPath');
    await settings.update('qemuBinary', program, vscode.ConfigurationTarget.Global);
    const report = await vscode.commands.executeCommand<{ differences: { name: string }[] } | undefined>(
      'irqPath.compareWithQemu',
    );
    assert.ok(report?.differences.some(({ name }) => name === 'vfio-quantum'));
    const shown = vscode.window.activeTextEditor?.document;
    assert.match(shown?.getText() ?? '', /-device vfio-quantum: .*nothing of it/);
    await settings.update('qemuBinary', undefined, vscode.ConfigurationTarget.Global);
    await closeEditors();
  });
});
