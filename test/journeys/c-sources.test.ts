import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/lib/paths.mts';
import { Panel } from './pages/panel.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { takeScreenshot } from './setup/screenshot.ts';

const TREE = `${ROOT}/test/fixtures/c-sources/qemu`;

describe('in a tree of QEMU, with no launch file open', () => {
  let window: Window;

  beforeAll(async () => {
    window = await openWindow({ folder: TREE, openFile: `${TREE}/hw/vfio/pci.c` });
    await window.workbench.waitForEditor('pci.c');
    await window.workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });

  afterAll(async () => {
    await window.close();
  });

  /** What stands behind lines of the editor, and the text of the lines that are marked as a whole. */
  async function marks(): Promise<readonly string[]> {
    return await window.page.locator('.editor-instance .view-line span').evaluateAll((spans) =>
      spans.flatMap((span) => {
        const { content } = getComputedStyle(span, '::after');
        const mark = /◂ (.*)"$/.exec(content)?.[1];
        const line = span.closest('.view-line')?.textContent.replaceAll('\u00a0', ' ') ?? '';
        return mark === undefined ? [] : [`${line}: ${mark}`];
      }),
    );
  }

  it('a lens says which step a function is; it opens the panel there, and the line is marked', async () => {
    const lens = window.page.locator('.codelens-decoration a', {
      hasText: /^steps? .* of vfio-pci\/intx-userspace · simulate/,
    });
    await lens.first().waitFor({ timeout: 60_000 });
    await lens.first().click();
    const panel = await Panel.find(window.page);
    await expect
      .poll(marks)
      .toEqual([expect.stringMatching(/^static void vfio_intx_interrupt\(void \*opaque\): /)]);
    const [mark = ''] = await marks();
    const [, step = ''] = /: (\d+)\/\d+ /.exec(mark) ?? [];
    await expect.poll(() => panel.currentStep()).toBe(Number(step) - 1);
    await takeScreenshot(window.page, 'c-sources');
  });

  it('the mark moves with the step, and goes with the panel', async () => {
    const panel = await Panel.find(window.page);
    await panel.clickStep((await panel.stepLabels()).indexOf('mmap-set-disabled'));
    await expect
      .poll(marks)
      .toEqual([expect.stringMatching(/^static void vfio_mmap_set_enabled.*disabled$/)]);
    await window.page.getByRole('tab', { name: /: IRQ Path/ }).click({ button: 'middle' });
    await expect.poll(marks).toEqual([]);
  });
});
