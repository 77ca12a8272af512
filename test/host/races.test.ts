import * as assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeEditors } from './support.ts';

describe('a counterexample', () => {
  afterEach(closeEditors);

  it('is what is copied while it is open, and not the run', async () => {
    const path = 'vfio-platform/irqfd';
    await vscode.commands.executeCommand('irqPath.findRaces', { kind: 'path', path }, 'boot-wedge');
    await vscode.commands.executeCommand('irqPath.copyText');
    const text = await vscode.env.clipboard.readText();
    assert.match(text, /^vfio-platform\/irqfd: boot-wedge: [^]*interrupt 1 is lost here/);
    assert.match(text, /^irqpath explore --path vfio-platform\/irqfd [^]*--bug boot-wedge=on/m);
    await vscode.commands.executeCommand('irqPath.copyMermaid');
    assert.match(await vscode.env.clipboard.readText(), /^sequenceDiagram\n[^]*title .*boot-wedge/);
  });
});
