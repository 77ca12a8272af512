import type { SingleSubject, Subject } from '../../protocol/panel-state.ts';

/** Whether the panel shows what the cursor is at already. */
export function isSameDevice(a: Subject, b: SingleSubject): boolean {
  if (a.kind === 'device' && b.kind === 'device') {
    return (
      a.uri === b.uri && a.device === b.device && a.line === b.line && a.asPath === b.asPath && !a.options
    );
  }
  return JSON.stringify(a) === JSON.stringify(b);
}
