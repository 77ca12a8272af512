import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { CompareTab } from './pages/compare.ts';
import { DevicesView } from './pages/devices-view.ts';
import { Panel } from './pages/panel.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { irqpathCompare } from './setup/irqpath.ts';
import { takeScreenshot } from './setup/screenshot.ts';

const MSI = 'vfio-pci/msi-irqfd';
const IRQFD = 'vfio-pci/intx-irqfd';
const USERSPACE = 'vfio-pci/intx-userspace';

/** `line (vfio-pci/intx-irqfd)` is the same path for the command line, which knows no devices. */
const asPaths = (sentence: string): string => sentence.replaceAll(/[\w-]+ \((\S+)\)/g, '$1');

describe('comparing', () => {
  let folder: string;
  let window: Window;
  let devices: DevicesView;
  let compare: CompareTab;

  beforeAll(async () => {
    // A copy: the journey changes its launch file.
    folder = mkdtempSync(join(tmpdir(), 'irq-path-compare-'));
    cpSync(SAMPLES, folder, { recursive: true });
    window = await openWindow({ folder, openFile: join(folder, 'assigned-nic.sh') });
    devices = new DevicesView(window.page);
    await window.workbench.waitForEditor('assigned-nic.sh');
    await window.workbench.runCommand('Focus on Devices View');
  });

  afterAll(async () => {
    await window.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('two devices that are checked: steps beside each other, numbers below, as the command line has them', async () => {
    await devices.check('line');
    await devices.check('slow-line');
    await devices.pressTitle('Compare 2');
    compare = await CompareTab.find(window.page);
    await expect.poll(() => compare.paths()).toEqual([IRQFD, USERSPACE]);
    const printed = irqpathCompare(IRQFD, USERSPACE);
    const deltas = await compare.deltas();
    expect(deltas).toHaveLength(1);
    for (const delta of deltas) expect(printed).toContain(asPaths(delta));
    await expect.poll(async () => (await compare.steps(1)).length).toBeGreaterThan(10);
    await expect
      .poll(() => compare.difference())
      .toMatch(/^The first \d+ steps are the same; then line does /);
    await expect.poll(() => compare.isAligned()).toBe(true);
    await expect.poll(() => compare.partiesAreApart()).toBe(true);
    await takeScreenshot(window.page, 'compare-two');
  });

  it('only where they differ', async () => {
    const before = await compare.rows();
    await compare.check('Only differences');
    const after = await compare.rows();
    expect(after.own).toBe(before.own);
    expect(after.all).toBeLessThanOrEqual(before.all);
    await takeScreenshot(window.page, 'compare-differences');
  });

  it('a third device, whose path has other parties', async () => {
    await devices.check('messages');
    await devices.pressTitle('Compare 3');
    await expect.poll(() => compare.paths()).toEqual([MSI, IRQFD, USERSPACE]);
    expect((await compare.deltas()).map(asPaths)).toEqual(
      [IRQFD, USERSPACE].map((path) => expect.stringContaining(`${path} instead of ${MSI}`) as string),
    );
    await expect.poll(async () => (await compare.steps(2)).length).toBeGreaterThan(10);
    await takeScreenshot(window.page, 'compare-three');
  });

  it('one of them opens in the Path tab, and is offered what it can be compared with', async () => {
    await compare.pressButton('Open slow-line in the Path tab');
    const panel = await Panel.find(window.page);
    await expect.poll(() => panel.textOf('path')).toBe(USERSPACE);
    await compare.openTab('Compare');
    const offers = await compare.offers();
    expect(offers.join()).toMatch(/x-no-kvm-intx=off\s+vfio-pci\/intx-irqfd/);
    await takeScreenshot(window.page, 'compare-offers');
    await compare.pressButton(/^x-no-kvm-intx=off/);
    await expect.poll(() => compare.paths()).toEqual([USERSPACE, IRQFD]);
  });

  it('three paths of the library, chosen from the list of the command', async () => {
    for (const label of ['messages', 'line', 'slow-line']) await devices.check(label);
    await window.workbench.runCommand('Compare IRQ Paths');
    for (const path of ['vfio-platform/userspace', 'vfio-platform/irqfd', 'vfio-platform/forwarded']) {
      await devices.tick(path);
    }
    await window.page.keyboard.press('Enter');
    await expect
      .poll(() => compare.paths())
      .toEqual(['vfio-platform/userspace', 'vfio-platform/irqfd', 'vfio-platform/forwarded']);
    await takeScreenshot(window.page, 'compare-paths');
  });

  it('breaks no content security policy on the way', () => {
    expect(window.console.violations()).toEqual([]);
    expect(window.console.complaintsFrom((url) => url.includes('/dist/webview/'))).toEqual([]);
  });

  it('devices and what-ifs go out into a file and come back from it', async () => {
    await window.workbench.runCommand('Add Device…');
    await devices.choose('virtio-blk with an IOThread');
    await expect.poll(() => devices.rows()).toContain('vblk-iothreadnotify-iothread + call-irqfd');
    await devices.expand('line');
    await devices.press('x-no-kvm-intx');
    await expect.poll(() => devices.rows()).toContain('lineintx-userspace ● what-if');
    await window.workbench.runCommand('IRQ Path: Export…');
    await devices.choose('Devices and what-ifs as JSON');
    await devices.acceptFile();
    const file = join(folder, 'irq-path-devices.json');
    await expect.poll(() => contentOf(file), { timeout: 10_000 }).toContain('vblk-iothread');
    expect(JSON.parse(contentOf(file))).toMatchObject({
      irqPathDevices: 1,
      added: [{ id: 'vblk-iothread', driver: 'virtio-blk-pci' }],
      whatIfs: [{ file: 'assigned-nic.sh', machine: 1, device: 'line', options: { 'x-no-kvm-intx': 'on' } }],
    });
    await devices.pressAction('line', 'Reset What-If');
    await devices.pressAction('vblk-iothread', 'Remove Device');
    await expect.poll(() => devices.rows()).toContain('lineintx-irqfd');
    await window.workbench.runCommand('IRQ Path: Import Devices…');
    await devices.acceptFile(file);
    await expect
      .poll(() => devices.rows(), { timeout: 10_000 })
      .toContain('vblk-iothreadnotify-iothread + call-irqfd');
    await expect.poll(() => devices.rows()).toContain('lineintx-userspace ● what-if');
    await takeScreenshot(window.page, 'devices-imported');
  });

  it('a what-if is applied to the file from the tree, and only that', async () => {
    // Hints stand between the words, and come and go when VS Code has time for them.
    const written = async (): Promise<string> =>
      (await window.workbench.editorText()).replaceAll(/x-no-kvm-\w+: \w+/g, '');
    const before = await written();
    expect(before).toContain(',id=line ');
    await devices.pressAction('line', 'Apply What-If to File');
    await expect.poll(written).toBe(before.replace(',id=line ', ',id=line,x-no-kvm-intx=on '));
    await expect.poll(() => devices.rows()).toContain('lineintx-userspace');
  });
});

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
