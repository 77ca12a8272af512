export interface WorkbenchRequest {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Absolute path of a file to open. */
  readonly openFile?: string;
  /** An extension to load from its folder, and a suite to run in the extension host. Needs `testDriver`. */
  readonly extension?: { readonly folder: string; readonly tests: string };
}

/** The address under which a server on `port` shows a workbench with what is asked for. */
export function workbenchUrl(port: number, { folder, openFile, extension }: WorkbenchRequest): string {
  const remote = (path: string) =>
    `vscode-remote://127.0.0.1:${port}${path.split('/').map(encodeURIComponent).join('/')}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (openFile !== undefined) payload.push(['openFile', remote(openFile)]);
  if (extension !== undefined) {
    payload.push(['extensionDevelopmentPath', remote(extension.folder)]);
    payload.push(['extensionTestsPath', remote(extension.tests)]);
  }
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query}`;
}
