import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { panelHtml } from '../../../src/extension/panel/panel-html.ts';

describe('the page of the panel', () => {
  const { window } = new JSDOM(
    panelHtml({
      cspSource: 'https://host',
      nonce: 'n1',
      script: 'https://host/"><b>',
      style: 's.css',
      language: 'en',
    }),
  );

  it('has exactly the policy that was agreed on', () => {
    const policy = window.document.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toBe(
      "default-src 'none'; img-src https://host data:; script-src 'nonce-n1' https://host; " +
        "style-src https://host 'unsafe-inline'; font-src https://host data:",
    );
  });

  it('loads one script by its nonce, has no handlers in the text, and lets no address break out', () => {
    const scripts = [...window.document.querySelectorAll('script')];
    expect(scripts.map(({ type, nonce, textContent }) => [type, nonce, textContent])).toEqual([
      ['module', 'n1', ''],
    ]);
    expect(scripts[0]?.getAttribute('src')).toBe('https://host/"><b>');
    expect(window.document.querySelector('b')).toBeNull();
    const attributes = [...window.document.querySelectorAll('*')].flatMap((node) => node.getAttributeNames());
    expect(attributes.filter((name) => name.startsWith('on'))).toEqual([]);
  });
});
