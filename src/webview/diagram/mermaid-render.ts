import mermaid from 'mermaid';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { isDark, pageColours, themeVariables } from './theme.ts';

/** Mermaid counts characters to protect itself; a page of at most 300 messages stays far below. */
const MAX_TEXT = 200_000;
/** Every drawing has an id of its own: Mermaid takes an element with the id of a new drawing out of the page. */
let drawings = 0;

/**
 * Draws Mermaid text in the colours of the present theme. The SVG is one of our own text and Mermaid cleans it
 * (`securityLevel: strict`). An error is what Mermaid said.
 */
export async function renderDiagram(text: string): Promise<Result<SVGSVGElement>> {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    deterministicIds: true,
    deterministicIDSeed: 'irq-path',
    maxTextSize: MAX_TEXT,
    theme: 'base',
    look: 'classic',
    themeVariables: themeVariables(pageColours(), isDark(document.body.classList)),
    sequence: {
      useMaxWidth: false,
      mirrorActors: false,
      showSequenceNumbers: false,
      diagramMarginX: 12,
      diagramMarginY: 4,
      boxMargin: 6,
      boxTextMargin: 2,
      actorMargin: 24,
      width: 96,
      height: 30,
      messageMargin: 4,
      noteMargin: 5,
      activationWidth: 6,
      actorFontSize: 12,
      messageFontSize: 12,
      noteFontSize: 11,
    },
  });
  try {
    const { svg } = await mermaid.render(`irq-path-diagram-${String(++drawings)}`, text);
    const parsed = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg');
    return parsed ? ok(document.importNode(parsed, true)) : fail('Mermaid drew nothing');
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
