import { JSDOM } from 'jsdom';

/** Mermaid's own parser; boxes need a few names of a browser. */
export async function mermaidParser(): Promise<(text: string) => Promise<unknown>> {
  const window = new JSDOM('').window as unknown as Record<string, unknown>;
  Object.assign(globalThis, { window, document: window.document, Option: window.Option });
  const { default: mermaid } = await import('mermaid');
  return (text) => mermaid.parse(text);
}
