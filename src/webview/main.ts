import { Endpoint } from '../protocol/endpoint.ts';
import { failed } from '../protocol/messages.ts';
import { getSpread, getTiming } from '../protocol/timing.ts';
import { compareTab } from './compare/compare-tab.ts';
import { DiagramView } from './diagram/diagram-view.ts';
import { element } from './dom.ts';
import type { Tab } from '../protocol/panel-state.ts';
import { PanelStore, lookOf } from './panel-store.ts';
import { timeView } from './time/time-view.ts';
import { answerView } from './views/answer-view.ts';
import { hiddenLine } from './views/hidden-line.ts';
import { inspector } from './views/inspector.ts';
import { pathHint } from './views/path-hint.ts';
import { racesView } from './views/races-view.ts';
import { runProgressLine } from './views/run-progress.ts';
import { runDrawings, runSwitch } from './views/run-view.ts';
import { stepList } from './views/step-list.ts';
import { stepPlayer } from './views/step-player.ts';
import { tabStrip } from './views/tab-strip.ts';
import { toolbar } from './views/toolbar.ts';
import { troubleView } from './views/trouble-view.ts';

const vscode = acquireVsCodeApi();
const endpoint = new Endpoint({
  send: (message) => {
    vscode.postMessage(message);
  },
  report: (problem) => {
    report(problem);
  },
});

/** Tells the extension, which has a log that people can read. */
function report(message: string): void {
  endpoint.notify(failed, { message: message.slice(0, 10_000) });
}

window.addEventListener('message', (event) => {
  endpoint.receive(event.data);
});
window.addEventListener('error', (event) => {
  report(event.message);
});
window.addEventListener('unhandledrejection', (event) => {
  report(String(event.reason));
});

const store = new PanelStore(endpoint);
const timing = {
  shape: (run: number, shape: number) => endpoint.request(getTiming, { run, shape }),
  spread: (run: number) => endpoint.request(getSpread, { run }),
};
const drawing = runDrawings(store, {
  sequence: new DiagramView(store, report),
  time: timeView(store, timing, async (place, readout) =>
    (await import('./time/spread-chart.ts')).spreadChart(place, readout),
  ),
});
const sequence = element('div', { class: 'path-view' }, stepList(store), drawing.element);
const details = inspector(store);
const path = element(
  'div',
  { class: 'path-tab' },
  pathHint(store),
  toolbar(store, drawing),
  hiddenLine(store),
  sequence,
  stepPlayer(store),
  details,
);
const tabs = tabStrip<Tab>(
  'question',
  'Questions',
  [
    { id: 'path', title: 'Path', content: path },
    { id: 'compare', title: 'Compare', content: compareTab(store) },
    { id: 'races', title: 'Races', content: racesView(store, report) },
  ],
  (tab) => {
    store.look({ tab });
  },
);
const tabRow = element('div', { class: 'tab-row' }, tabs.strip, runSwitch(store));
document.body.append(
  answerView(store),
  element('main', { class: 'asked' }, troubleView(store), tabRow, ...tabs.panels),
  runProgressLine(store),
);

store.subscribe(({ state }) => {
  tabs.choose(state.tab);
  tabs.strip.hidden = state.answer === null && state.comparison === null;
  sequence.hidden = state.answer === null;
  details.hidden = state.answer === null;
  const { subject, interrupts, shape, step, follow, races } = state;
  const race = races?.shown?.asked;
  if (subject)
    vscode.setState({ subject, interrupts, shape, step, follow, look: lookOf(state), ...(race && { race }) });
});
void store.start();
