import { simulate } from '../../../src/analysis/simulate.ts';
import { EVERY_ROW } from '../../../src/diagram/outline.ts';
import { ok } from '../../../src/base/result.ts';
import { PanelModel } from '../../../src/extension/panel/panel-model.ts';
import { Endpoint } from '../../../src/protocol/endpoint.ts';
import { getPage, intent, racesProgress, ready, search, state } from '../../../src/protocol/messages.ts';
import type { Page, PageRequest } from '../../../src/protocol/page.ts';
import type { PanelCommand, Subject } from '../../../src/protocol/panel-state.ts';
import type { RacesProgress } from '../../../src/protocol/races-state.ts';
import { runProgress } from '../../../src/protocol/run-progress.ts';
import type { RunProgress } from '../../../src/protocol/run-progress.ts';
import { getSideBySide } from '../../../src/protocol/side-by-side.ts';
import { PanelStore } from '../../../src/webview/panel-store.ts';
import { TEST_FACTS } from '../../support/facts.ts';

/** A store in the page and the model in the extension, with the real messages between them. */
export interface ConnectedPanel {
  readonly model: PanelModel;
  readonly store: PanelStore;
  readonly commands: PanelCommand[];
  /** The first page of the first shape, with every row. */
  everyRow(): Page;
  /** Every page that was asked for. */
  readonly pages: PageRequest[];
  /** What the page wanted to be answered instead. */
  readonly asked: Subject[];
  /** Lets the model answer a new run. */
  answer(seed: number, path?: string, interrupts?: number): void;
  /** Tells the page how an exploration stands. */
  progress(progress: RacesProgress): void;
  /** Tells the page how a long simulation stands. */
  runProgress(progress: RunProgress): void;
  /** While it is on, what the page asks waits. */
  hold(on: boolean): void;
}

export function connectPanel(): ConnectedPanel {
  const commands: PanelCommand[] = [];
  const pages: PageRequest[] = [];
  const asked: Subject[] = [];
  let held: (() => void)[] | null = null;
  const report = (problem: string): never => {
    throw new Error(problem);
  };
  const page: Endpoint = new Endpoint({
    send: (message) => {
      const deliver = (): void => {
        host.receive(structuredClone(message));
      };
      if (held) held.push(deliver);
      else queueMicrotask(deliver);
    },
    report,
  });
  const host: Endpoint = new Endpoint({
    send: (message) => {
      queueMicrotask(() => {
        page.receive(structuredClone(message));
      });
    },
    report,
  });
  const model = new PanelModel((changed) => {
    host.notify(state, changed);
  });
  host.onRequest(ready, () => ok(model.state));
  host.onRequest(intent, (wanted) => {
    if (wanted.kind === 'command') commands.push(wanted.command);
    const subject = model.asked(wanted);
    if (subject) asked.push(subject);
    return model.apply(wanted);
  });
  host.onRequest(getSideBySide, ({ comparison, shapes }) => model.sideBySide(comparison, shapes));
  host.onRequest(getPage, (wanted) => {
    pages.push(wanted);
    return model.page(wanted);
  });
  host.onRequest(search, (wanted) => model.search(wanted));
  return {
    model,
    store: new PanelStore(page),
    commands,
    pages,
    asked,
    everyRow() {
      const drawing = model.state.answer?.shapes[0]?.drawing ?? -1;
      const page = model.page({ drawing, reading: EVERY_ROW, step: 0 });
      if (!page.ok) throw new Error(page.error);
      return page.value;
    },
    answer(seed, path = 'vfio-platform/userspace', interrupts = 100) {
      const result = simulate({ path, facts: TEST_FACTS, seed, interrupts });
      if (!result.ok) throw new Error(result.error);
      model.begin({ kind: 'path', path: result.value.path });
      model.finish({
        kind: 'run',
        simulation: result.value,
        measured: result.value,
        assumptions: [],
        reasons: [],
        notes: [],
        whatIf: [],
        delta: [],
      });
    },
    progress(progress) {
      host.notify(racesProgress, progress);
    },
    runProgress(progress) {
      host.notify(runProgress, progress);
    },
    hold(on) {
      const waiting = held ?? [];
      held = on ? waiting : null;
      if (!on) for (const deliver of waiting) deliver();
    },
  };
}
