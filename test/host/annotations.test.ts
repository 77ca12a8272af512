import * as assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  becomes,
  closeEditors,
  expectedDelta,
  hoverText,
  irqpathSimulate,
  openText,
  withSetting,
} from './support.ts';

const USERSPACE = 'vfio-platform/userspace';
const IRQFD = 'vfio-platform/irqfd';
const VM = 'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm';
const SLOW = `${VM} \\\n  -device vfio-calxeda-xgmac,host=a,x-irqfd=off\n`;
/** x-irqfd=on asks for what a GICv3 cannot give. */
const IN_VAIN = SLOW.replace('gic-version=2', 'gic-version=3').replace('off', 'on');
const NO_QEMU = '#!/bin/sh\nfor f in *.c; do cc -c "$f" -o -device; done # x-irqfd=off\n';

async function lenses({ document }: vscode.TextEditor): Promise<readonly vscode.CodeLens[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
  return all.filter(({ command }) => command?.command.startsWith('irqPath.'));
}

/** VS Code hands out lenses whose command comes later in no particular order. */
async function verdictLens(editor: vscode.TextEditor): Promise<vscode.CodeLens | undefined> {
  return (await lenses(editor)).find(({ command }) => command?.title.startsWith('vfio-platform/'));
}

const titles = async (editor: vscode.TextEditor): Promise<string[]> =>
  (await lenses(editor)).map(({ range, command }) => `${String(range.start.line)}: ${command?.title ?? ''}`);

async function hints({ document }: vscode.TextEditor): Promise<string[]> {
  const all = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
  );
  return all.map(({ label }) => (typeof label === 'string' ? label : ''));
}

const diagnostics = ({ document }: vscode.TextEditor): readonly vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(document.uri);

describe('next to the code', () => {
  afterEach(async () => {
    await closeEditors();
  });

  it('a lens gives the verdict on a device with the numbers of the command line, and a triage on its machine', async () => {
    const { summary } = irqpathSimulate(USERSPACE);
    const exits = String(Number(summary.exitsPerInterrupt.toPrecision(2)));
    const micros = String(Number((summary.latencyNs.p50 / 1000).toPrecision(2)));
    const editor = await openText(SLOW);
    assert.deepEqual((await titles(editor)).sort(), [
      '0: 1 device · 1 on a slow path',
      '1: compare',
      '1: races',
      '1: simulate',
      `1: ${USERSPACE} · ${exits} exits · ≈ ${micros} µs`,
    ]);
  });

  it('its tooltip tells the delta of two runs, and what it rests on', async () => {
    const verdict = (await verdictLens(await openText(SLOW)))?.command?.tooltip ?? '';
    assert.ok(verdict.includes(`with x-irqfd=on: ${IRQFD}, ${expectedDelta(USERSPACE, IRQFD)}`), verdict);
    assert.match(verdict, /QEMU 10\.1, Linux 6\.12, costs of .* % of the time on assumed ones/);
  });

  it('a lens runs its device', async () => {
    const command = (await verdictLens(await openText(SLOW)))?.command;
    assert.ok(command);
    assert.deepEqual(
      await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[])),
      { kind: 'shown', path: USERSPACE },
    );
  });

  it('the lens can be without cost or off', async () => {
    const editor = await openText(SLOW);
    await withSetting('codeLens', 'path', async () => {
      assert.ok((await titles(editor)).includes(`1: ${USERSPACE}`));
    });
    await withSetting('codeLens', 'off', async () => {
      assert.deepEqual(await titles(editor), []);
    });
  });

  it('an inlay hint names the silent default that decides, and only that', async () => {
    const areHints = async (editor: vscode.TextEditor, expected: readonly string[]) =>
      await becomes(
        async () => await hints(editor),
        (found) => JSON.stringify(found) === JSON.stringify(expected),
      );
    await areHints(await openText(SLOW.replace(',x-irqfd=off', '')), ['x-irqfd: on']);
    await areHints(await openText(SLOW), []);
    const silent = await openText(IN_VAIN.replace(',gic-version=3', '').replace('-M', '-smp 9 -M'));
    await areHints(silent, ['gic-version: 3']);
    await withSetting('inlayHints', false, async () => {
      await areHints(silent, []);
    });
  });

  it('a silent fall-back is a warning at the device, and the hover there tells what it costs', async () => {
    const editor = await openText(IN_VAIN);
    const [problem] = await becomes(
      () => diagnostics(editor).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Warning),
      ({ length }) => length === 1,
    );
    assert.ok(problem);
    assert.equal(problem.code, 'irqfd-silently-unavailable');
    assert.equal(editor.document.getText(problem.range), 'vfio-calxeda-xgmac,host=a,x-irqfd=on');
    const delta = `with gic-version=2: ${IRQFD}, ${expectedDelta(USERSPACE, IRQFD)}`;
    for (const place of ['vfio-calxeda-xgmac', 'x-irqfd', 'gic-version']) {
      const text = await hoverText(editor.document, place);
      assert.ok(text.includes(delta), `${delta} is not at ${place}: ${text}`);
    }
  });

  it('a deliberate choice is no warning', async () => {
    const editor = await openText(SLOW.replace('x-irqfd', 'irqfd'));
    // The document may have the name of one that was closed just before, and for a moment its diagnostics.
    await becomes(
      () => diagnostics(editor),
      (found) =>
        found.length > 0 && found.every(({ severity }) => severity === vscode.DiagnosticSeverity.Information),
    );
    await withSetting('diagnostics.minimumSeverity', 'warning', async () => {
      await becomes(
        () => diagnostics(editor),
        ({ length }) => length === 0,
      );
    });
  });

  it('hover tells what the other value would change, and claims nothing where nothing changes', async () => {
    const { document } = await openText(SLOW.replace('=off', '=off,mmap-timeout-ms=1100'));
    const irqfd = await hoverText(document, 'x-irqfd');
    assert.ok(irqfd.includes(`with x-irqfd=on: ${IRQFD}, ${expectedDelta(USERSPACE, IRQFD)}`), irqfd);
    const timeout = await hoverText(document, 'mmap-timeout-ms');
    assert.match(timeout, /with mmap-timeout-ms=0: the same path, no difference in exits or latency/);
  });

  it('says nothing in a script without QEMU', async () => {
    const editor = await openText(NO_QEMU);
    // A file with QEMU that was opened later has its problems: then this one's turn is over.
    const other = await openText(IN_VAIN);
    await becomes(
      () => diagnostics(other),
      ({ length }) => length > 0,
    );
    assert.deepEqual(diagnostics(editor), []);
    assert.deepEqual(await titles(editor), []);
    assert.deepEqual(await hints(editor), []);
    assert.equal(await hoverText(editor.document, 'x-irqfd'), '');
  });
});
