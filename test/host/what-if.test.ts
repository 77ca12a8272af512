import * as assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { becomes, closeEditors, expectedDelta, hoverText, openText } from './support.ts';

const USERSPACE = 'vfio-platform/userspace';
const IRQFD = 'vfio-platform/irqfd';
const SCRIPT =
  'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm -device vfio-calxeda-xgmac,host=a,x-irqfd=off -smp 1\n';

async function run<
  T = { readonly kind: string; readonly message?: string; readonly paths?: readonly string[] },
>(command: string, ...parameters: readonly unknown[]): Promise<T> {
  return await vscode.commands.executeCommand<T>(`irqPath.${command}`, ...parameters);
}

/** The place of a text, as links name it. */
function at({ document }: vscode.TextEditor, text: string) {
  const { line, character } = document.positionAt(document.getText().indexOf(text));
  return { uri: document.uri.toString(), line, character };
}

async function shown(): Promise<string> {
  await run('copyText');
  return await vscode.env.clipboard.readText();
}

describe('what-if', () => {
  afterEach(async () => {
    await closeEditors();
  });

  it('is followed by the panel, while file, lens and hover stay', async () => {
    const editor = await openText(SCRIPT);
    const device = at(editor, '-device');
    await run('simulate', device);
    assert.match(await shown(), /^vfio-platform\/userspace/);
    assert.deepEqual(await run('editOption', device, 'x-irqfd', 'on'), { kind: 'done' });
    await becomes(shown, (text) => text.startsWith(IRQFD));
    assert.equal(editor.document.getText(), SCRIPT);
    const hover = await hoverText(editor.document, 'x-irqfd');
    assert.ok(hover.includes(`takes **${USERSPACE}**`), hover);
    assert.ok(hover.includes(`with x-irqfd=on: ${IRQFD}, ${expectedDelta(USERSPACE, IRQFD)}`), hover);
    await run('resetWhatIf', device);
    await becomes(shown, (text) => text.startsWith(USERSPACE));
  });

  it('is applied to the file as an edit of exactly that option, and is over then', async () => {
    const editor = await openText(SCRIPT);
    const device = at(editor, '-device');
    await run('editOption', device, 'x-irqfd', 'on');
    await run('editOption', device, 'mmap-timeout-ms', '110');
    assert.deepEqual(await run('applyWhatIf', device), { kind: 'done' });
    assert.equal(editor.document.getText(), SCRIPT.replace('x-irqfd=off', 'x-irqfd=on,mmap-timeout-ms=110'));
    assert.deepEqual(await run('applyWhatIf'), { kind: 'cancelled' });
  });

  it('refuses a value that the option cannot have, and an option that is not there', async () => {
    const device = at(await openText(SCRIPT), '-device');
    assert.match((await run('editOption', device, 'mmap-timeout-ms', '-1')).message ?? '', /whole number/);
    assert.match((await run('editOption', device, 'gic-version', '3')).message ?? '', /no such option/);
    assert.deepEqual(await run('applyWhatIf'), { kind: 'cancelled' });
  });

  it('is not applied where the same text makes another device', async () => {
    const editor = await openText(
      `D=vfio-calxeda-xgmac,host=a,x-irqfd=off\n${SCRIPT.replace(/-device \S+/, '-device "$D" -device "$D"')}`,
    );
    const before = editor.document.getText();
    const subject = {
      kind: 'device',
      uri: editor.document.uri.toString(),
      fileName: vscode.Uri.parse(editor.document.uri.toString()).path.split('/').at(-1),
      device: 'vfio-calxeda-xgmac',
      driver: 'vfio-calxeda-xgmac',
      line: 1,
      asPath: null,
    };
    await run('editOption', subject, 'x-irqfd', 'on');
    assert.equal((await run('applyWhatIf', subject)).kind, 'refused');
    assert.equal(editor.document.getText(), before);
    await run('resetWhatIf', subject);
  });
});

describe('devices', () => {
  afterEach(async () => {
    await closeEditors();
  });

  it('are added by hand from presets, changed, run, compared and removed', async () => {
    for (const [driver, id] of [
      ['vfio-calxeda-xgmac', 'xgmac'],
      ['vfio-amd-xgbe', 'xgbe'],
    ] as const) {
      assert.equal(await run<string>('addDevice', driver), id);
      const subject = { kind: 'added', id, driver, asPath: null };
      assert.deepEqual(await run('simulate', subject), { kind: 'shown', path: IRQFD });
      await run('editOption', subject, 'x-irqfd', 'off');
      await becomes(shown, (text) => text.startsWith(USERSPACE));
      const compared = await run('compare', subject);
      assert.equal(compared.kind, 'compared');
      assert.deepEqual(compared.paths?.slice(0, 2), [USERSPACE, IRQFD]);
      await run('removeDevice', { subject });
      const gone = await run('simulate', subject);
      assert.equal(gone.kind, 'trouble');
      assert.match(gone.message ?? '', /removed/);
    }
  });

  it('the panel follows the cursor, until it is told to stay', async () => {
    const editor = await openText(`${SCRIPT}${SCRIPT.replace('off', 'on')}`);
    const go = (line: number): void => {
      const place = new vscode.Position(line, SCRIPT.indexOf('-device') + 2);
      editor.selection = new vscode.Selection(place, place);
    };
    go(0);
    await run('simulate');
    assert.match(await shown(), /^vfio-platform\/userspace/);
    go(1);
    await becomes(shown, (text) => text.startsWith(IRQFD));
    await run('toggleFollow');
    go(0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.match(await shown(), /^vfio-platform\/irqfd/);
    await run('toggleFollow');
    go(1);
    go(0);
    await becomes(shown, (text) => text.startsWith(USERSPACE));
  });
});

describe('Change Assumptions…', () => {
  it('keeps one fact in the settings of the workspace, and the panel answers with it', async () => {
    const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('irqPath.assume');
    try {
      await openText(SCRIPT);
      await run('simulate');
      await run('changeAssumptions', 'host.gicEoiMode', '0');
      assert.equal(settings().inspect('hostFeatures')?.workspaceValue, 'gicEoiMode=0');
      await becomes(shown, (text) => text.includes('EOImode 0'));
      await run('changeAssumptions', 'host.qemu', 'newest');
      assert.equal(settings().inspect('qemu')?.workspaceValue, undefined);
    } finally {
      await settings().update('hostFeatures', undefined, vscode.ConfigurationTarget.Workspace);
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      if (folder) rmSync(vscode.Uri.joinPath(folder.uri, '.vscode').fsPath, { recursive: true, force: true });
      await closeEditors();
    }
  });
});
