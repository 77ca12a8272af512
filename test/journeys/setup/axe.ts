import axe from 'axe-core';
import type { Frame } from 'playwright-core';

/**
 * What axe finds in a frame, by all of its rules or those on colours: the rule, the element and what would mend it, a text
 * each. It runs in that frame only, as the rest of the window is VS Code's own; or in a part of it, given as a selector.
 */
export async function axeFindings(
  frame: Frame,
  rules: 'all' | 'colours',
  part?: string,
): Promise<readonly string[]> {
  const isThere = await frame.evaluate(() => 'axe' in window);
  if (!isThere) await frame.evaluate(axe.source);
  return await frame.evaluate(
    async ([selector, only]) => {
      const { run } = (window as unknown as { axe: typeof axe }).axe;
      const { violations } = await run(selector ?? document, {
        resultTypes: ['violations'],
        ...(only && { runOnly: { type: 'rule', values: only } }),
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary = '' }) => `${id}: ${html}\n${failureSummary}`),
      );
    },
    [part, rules === 'all' ? undefined : ['color-contrast', 'link-in-text-block']] as const,
  );
}
