import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { DevicesView } from './pages/devices-view.ts';
import { Panel } from './pages/panel.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { irqpathDelta } from './setup/irqpath.ts';
import { takeScreenshot } from './setup/screenshot.ts';

const USERSPACE = 'vfio-platform/userspace';
const IRQFD = 'vfio-platform/irqfd';
const DEVICE = 'vfio-calxeda-xgmac';
/** What a change in the tree may take until the panel shows its answer. */
const PROMPTLY_MS = 300;

describe('the tree of devices', () => {
  let folder: string;
  let window: Window;
  let panel: Panel;
  let devices: DevicesView;

  beforeAll(async () => {
    // A copy: the journey changes its launch file.
    folder = mkdtempSync(join(tmpdir(), 'irq-path-devices-'));
    cpSync(SAMPLES, folder, { recursive: true });
    window = await openWindow({ folder });
    devices = new DevicesView(window.page);
    await window.workbench.openFile('xgmac.sh');
    await window.workbench.placeCursorOn('-device');
    await window.workbench.runCommand('Simulate IRQ path');
    panel = await Panel.find(window.page);
    await window.workbench.runCommand('Focus on Devices View');
  });

  afterAll(async () => {
    await window.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the devices of the open file with their paths and options', async () => {
    await devices.expand(DEVICE);
    await expect
      .poll(() => devices.rows())
      .toEqual([
        expect.stringMatching(/^xgmac\.shkvm · GICv2$/),
        `${DEVICE}userspace`,
        'x-irqfdoff',
        'mmap-timeout-ms1100 ms',
        'x-no-mmapoff (default)',
        'By defaultvirtio-net-pci, pl011',
      ]);
  });

  it('the panel says what the decisive option costs, as two runs of the command line do', async () => {
    await expect
      .poll(() => panel.textOf('delta'))
      .toBe(`x-irqfd=off means ${irqpathDelta(IRQFD, USERSPACE)}, compared with x-irqfd=on (${IRQFD}).`);
  });

  it('a pressed option is a what-if: panel and tree follow promptly, the file stays', async () => {
    const text = await window.workbench.editorText();
    await devices.press('x-irqfd');
    await expect.poll(() => panel.textOf('path')).toBe(IRQFD);
    await expect.poll(() => devices.rows()).toContain('x-irqfdoff → on ●');
    await expect.poll(() => devices.rows()).toContain(`${DEVICE}irqfd ● what-if`);
    await expect.poll(() => panel.textOf('what-if')).toContain('x-irqfd off → on');
    await expect
      .poll(() => panel.textOf('delta'))
      .toBe(`What if x-irqfd=on: ${irqpathDelta(USERSPACE, IRQFD)}, compared with the file (${USERSPACE}).`);
    await expect.poll(() => window.workbench.editorText()).toBe(text);
    await takeScreenshot(window.page, 'what-if');
    const times: number[] = [];
    for (const path of [USERSPACE, IRQFD, USERSPACE, IRQFD]) {
      await panel.stampPaths();
      const started = await devices.pressAt('x-irqfd');
      await expect.poll(() => panel.textOf('path')).toBe(path);
      times.push((await panel.stampOf(path)) - started);
    }
    expect(Math.min(...times)).toBeLessThan(PROMPTLY_MS);
    // VS Code gives a tree that it has read anew the focus back, which the command that comes next would lose.
    await expect.poll(() => devices.rows()).toContain(`${DEVICE}irqfd ● what-if`);
  });

  it('the what-if is back after a reload of the window, in tree and panel', async () => {
    await window.workbench.reload();
    panel = await Panel.find(window.page);
    await expect.poll(() => panel.textOf('path')).toBe(IRQFD);
    await expect.poll(() => devices.rows(), { timeout: 30_000 }).toContain(`${DEVICE}irqfd ● what-if`);
  });

  it('is reset from the tree', async () => {
    await devices.pressAction(DEVICE, 'Reset What-If');
    await expect.poll(() => panel.textOf('path')).toBe(USERSPACE);
    await expect.poll(() => devices.rows()).toContain(`${DEVICE}userspace`);
  });

  it('is applied from the panel, as an edit of exactly that option', async () => {
    const before = await window.workbench.editorText();
    await devices.expand(DEVICE);
    await devices.press('x-irqfd');
    await expect.poll(() => panel.textOf('path')).toBe(IRQFD);
    await panel.pressButton('Apply to File');
    await expect.poll(() => window.workbench.editorText()).toBe(before.replace('x-irqfd=off', 'x-irqfd=on'));
    await expect.poll(() => devices.rows()).toContain('x-irqfdon');
    await expect.poll(() => panel.textOf('path')).toBe(IRQFD);
  });

  it('takes devices that are added by hand, and compares what is ticked', async () => {
    await window.workbench.runCommand('Add Device…');
    await devices.choose('Calxeda xgmac');
    await expect.poll(() => devices.rows()).toContain('xgmacirqfd');
    await devices.expand('xgmac');
    await devices.check('xgmac');
    await devices.check(DEVICE);
    await devices.pressTitle('Compare 2');
    await expect.poll(() => panel.comparedPaths()).toEqual([IRQFD, IRQFD]);
    await takeScreenshot(window.page, 'compare');
  });

  it('breaks no content security policy on the way', () => {
    expect(window.console.violations()).toEqual([]);
    expect(window.console.complaintsFrom((url) => url.includes('/dist/webview/'))).toEqual([]);
  });
});
