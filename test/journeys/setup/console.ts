import type { ConsoleMessage, Page } from 'playwright-core';

/** What the console of a page and of all frames in it said, from the page's first moment on. */
export interface ConsoleWatch {
  /** Every violation of a Content Security Policy, anywhere in the page. */
  violations(): readonly string[];
  /** Errors and warnings from scripts that `isOurs` knows by their address. */
  complaintsFrom(isOurs: (url: string) => boolean): readonly string[];
}

/**
 * Listens to the console from now on; call it before the first page is loaded. Chromium reports each violation
 * of a policy there by itself. A listener for `securitypolicyviolation` would be lost: VS Code writes a
 * webview's content with `document.open()`, which removes the listeners set before.
 */
export function watchConsole(page: Page): ConsoleWatch {
  const messages: ConsoleMessage[] = [];
  const uncaught: Error[] = [];
  page.on('console', (message) => messages.push(message));
  page.on('pageerror', (error) => uncaught.push(error));
  return {
    violations: () =>
      messages.map((message) => message.text()).filter((text) => text.includes('Content Security Policy')),
    complaintsFrom: (isOurs) => [
      ...messages
        .filter((message) => ['error', 'warning'].includes(message.type()) && isOurs(message.location().url))
        .map((message) => `${message.type()}: ${message.text()} (${message.location().url})`),
      ...uncaught.filter(({ stack }) => isOurs(stack ?? '')).map(({ message }) => `uncaught: ${message}`),
    ],
  };
}
