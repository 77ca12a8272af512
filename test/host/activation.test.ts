import * as assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the extension in this host', () => {
  it('is installed under its name and activates', async () => {
    const extension = vscode.extensions.getExtension('irq-path-explorer.irq-path-explorer');
    assert.ok(extension, 'not found among the installed extensions');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that its package.json contributes', async () => {
    const extension = vscode.extensions.getExtension('irq-path-explorer.irq-path-explorer');
    assert.ok(extension);
    await extension.activate();
    const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    const contributed = contributes.commands.map(({ command }) => command);
    assert.notEqual(contributed.length, 0);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
