import { describe, expect, it } from 'vitest';
import { workbenchUrl } from '../../../scripts/vscode-host/workbench-url.mts';

/** What VS Code reads from its address: the folder, and the payload as pairs. */
function read(url: string) {
  const { searchParams } = new URL(url);
  return {
    folder: searchParams.get('folder'),
    payload: JSON.parse(searchParams.get('payload') ?? 'null') as unknown,
  };
}

describe('the address of a workbench', () => {
  it('carries folder and file whatever characters are in their names', () => {
    expect(read(workbenchUrl(8000, { folder: '/a b/ö&c', openFile: '/a b/ö&c/x#1.sh' }))).toEqual({
      folder: '/a b/ö&c',
      payload: [
        ['skipWelcome', 'true'],
        ['openFile', 'vscode-remote://127.0.0.1:8000/a%20b/%C3%B6%26c/x%231.sh'],
      ],
    });
  });

  it('names extension and suite as the test driver wants them', () => {
    const url = workbenchUrl(1, { folder: '/w', extension: { folder: '/e', tests: '/e/out/suite.js' } });
    expect(read(url).payload).toEqual([
      ['skipWelcome', 'true'],
      ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:1/e'],
      ['extensionTestsPath', 'vscode-remote://127.0.0.1:1/e/out/suite.js'],
    ]);
  });
});
