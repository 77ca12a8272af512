import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type {
  Comparison,
  PanelCommand,
  PanelIntent,
  SingleSubject,
  Subject,
} from '../../protocol/panel-state.ts';
import { isPanelIntent } from '../../protocol/panel-guards.ts';
import type { CodePlace } from '../../catalog/code-places.ts';
import { ask, askAll, titleOf } from '../question/ask.ts';
import type { Outcome } from '../question/outcome.ts';
import { performInRaces } from '../races/races-commands.ts';
import type { FoundRace } from '../races/race-text.ts';
import { RacesTab } from '../races/races-tab.ts';
import { Spreads } from '../spreads.ts';
import type { ShownRun } from './finished.ts';
import { LastRun } from './last-run.ts';
import { performCommand } from './panel-commands.ts';
import { PanelModel } from './panel-model.ts';
import type { Place } from './panel-model.ts';
import { PANEL_TYPE } from './panel-type.ts';
import { PanelView } from './panel-view.ts';
import { isSameDevice } from './same-device.ts';
import { StepMark } from './step-mark.ts';
import { whenAnswersChange } from './when-answers-change.ts';

/** The one panel of a window, and what other features can ask of it. */
export interface PanelHost {
  /** Opens the panel beside the editor, which keeps the focus, and answers for a subject. */
  show(subject: Subject): Promise<Outcome>;
  /** The same, and looks for races: opens that tab, and a run that shows a known bug if one is named. */
  showRaces(subject: SingleSubject, bug: string | null): Promise<Outcome>;
  /** Goes to the first step that is part of a function, if the run that is shown has one. */
  goTo(place: CodePlace): void;
  /** Answers for a subject if the panel is open and follows; does not bring it to the front. */
  follow(subject: SingleSubject): void;
  /** What the panel shows; undefined while there is no answer. */
  shown(): ShownRun | undefined;
  /** The counterexample that is open in the tab that the panel shows; undefined if there is none. */
  counterexample(): FoundRace | undefined;
  /** The comparison that the panel shows; undefined if it shows none. */
  comparison(): Comparison | undefined;
  /** What the panel was asked to show; undefined while it is closed. */
  subject(): Subject | undefined;
  toggleFollow(): void;
}

/** Makes the panel: one for the window, brought back after a reload, true to file and settings as they change. */
export function registerPanel(app: App): {
  readonly panel: PanelHost;
  readonly serializer: vscode.WebviewPanelSerializer;
} {
  const host = new OnePanel(app);
  const restore = app.guarded(
    vscode.l10n.t('Restore the panel'),
    async (panel: vscode.WebviewPanel, state: unknown) => {
      if (isPanelIntent(state)) await host.restore(panel, state);
      else panel.dispose();
    },
  );
  const serializer: vscode.WebviewPanelSerializer = {
    deserializeWebviewPanel: async (panel, state) => {
      await restore(panel, state);
    },
  };
  app.context.subscriptions.push(host, vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, serializer));
  return { panel: host, serializer };
}

class OnePanel implements PanelHost, vscode.Disposable {
  readonly #app: App;
  readonly #model: PanelModel;
  readonly #spreads: Spreads;
  readonly #listeners: vscode.Disposable;
  readonly #mark = new StepMark();
  readonly #races: RacesTab;
  readonly #askAgain: (afterMs: number) => void;
  #view: PanelView | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** The latest question; an answer to an older one is dropped. */
  #turn = 0;
  readonly #lastRun = new LastRun();

  constructor(app: App) {
    this.#app = app;
    this.#spreads = new Spreads(app.environment);
    this.#model = new PanelModel((state) => {
      this.#view?.update(state);
      this.#mark.show(this.#view ? state : null, this.#model.step);
      void vscode.commands.executeCommand('setContext', 'irqPath.hasAnswer', state.answer !== null);
    });
    this.#races = new RacesTab({
      explorer: app.explorer,
      drawings: this.#model.drawings,
      show: (races) => {
        this.#model.setRaces(races);
      },
      progress: (progress) => {
        this.#view?.progress(progress);
      },
    });
    const again = app.guarded(vscode.l10n.t('Simulate IRQ path'), async () => {
      const { subject, shape, step } = this.#model.state;
      if (subject && this.#view) await this.#answer(subject, { shape, step });
    });
    this.#askAgain = (afterMs) => {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => void again(), afterMs);
    };
    this.#listeners = whenAnswersChange(app.store, () => this.#model.state.subject, this.#askAgain);
  }

  async show(subject: Subject): Promise<Outcome> {
    if (this.#view) this.#view.reveal();
    else this.#open(PanelView.create(this.#app.context.extensionUri));
    return await this.#answer(subject);
  }

  async showRaces(subject: SingleSubject, bug: string | null): Promise<Outcome> {
    const outcome = await this.show(subject);
    if (outcome.kind !== 'shown') return outcome;
    this.#model.setLook({ ...this.#model.state, tab: 'races' });
    if (bug !== null) await this.#races.showBug(bug);
    return outcome;
  }

  goTo(place: CodePlace): void {
    this.#model.goTo(place);
  }

  follow(subject: SingleSubject): void {
    const { follow, subject: present } = this.#model.state;
    if (!this.#view || !follow || present?.kind === 'comparison') return;
    if (present && isSameDevice(present, subject)) return;
    const answer = this.#app.guarded(vscode.l10n.t('Simulate IRQ path'), () => this.#answer(subject));
    void answer();
  }

  shown(): ShownRun | undefined {
    return this.#view && this.#model.shown();
  }

  counterexample(): FoundRace | undefined {
    return this.#view && this.#model.state.tab === 'races' ? this.#races.open : undefined;
  }

  comparison(): Comparison | undefined {
    return this.#view && (this.#model.state.comparison ?? undefined);
  }

  subject(): Subject | undefined {
    return this.#view && (this.#model.state.subject ?? undefined);
  }

  toggleFollow(): void {
    this.#model.setFollow(!this.#model.state.follow);
  }

  async restore(
    panel: vscode.WebviewPanel,
    { subject, interrupts, shape, step, follow, look, race }: PanelIntent,
  ): Promise<void> {
    this.#view?.dispose();
    this.#open(new PanelView(panel, this.#app.context.extensionUri));
    this.#model.setFollow(follow);
    this.#model.setLook(look);
    this.#model.setInterrupts(interrupts);
    const outcome = await this.#answer(subject, { shape, step });
    if (race && outcome.kind === 'shown') await this.#races.showAgain(race);
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#listeners.dispose();
    this.#mark.dispose();
    this.#view?.dispose();
  }

  #open(view: PanelView): void {
    const command = this.#app.guarded('panel', async (wanted: PanelCommand) => {
      if (wanted === 'toggleFollow') this.toggleFollow();
      else if (wanted === 'cancelRun') this.#cancel();
      else if (wanted === 'runAgain') this.#askAgain(0);
      else if (await performInRaces(wanted, this.#races)) return;
      else await performCommand(wanted, this.#model.state.subject);
    });
    const races = this.#app.guarded(vscode.l10n.t('Find Races in IRQ Path…'), (bug: string) =>
      this.#races.showBug(bug),
    );
    const ask = this.#app.guarded(vscode.l10n.t('Compare IRQ Paths…'), async (subject: Subject) => {
      await this.#answer(subject);
    });
    this.#view = view;
    view.start({
      model: this.#model,
      command: (wanted) => {
        void command(wanted);
      },
      spread: async (run) => {
        const simulation = this.#model.simulation(run);
        return simulation.ok ? await this.#spreads.of(simulation.value) : simulation;
      },
      ask: (subject) => void ask(subject),
      askAgain: () => {
        this.#askAgain(0);
      },
      showBug: (name) => void races(name),
      showRun: (index) => {
        this.#races.showRun(index);
      },
      report: (problem) => {
        this.#app.log.warn(`panel: ${problem}`);
      },
      closed: () => {
        if (this.#view !== view) return;
        this.#view = undefined;
        this.#mark.show(null, undefined);
        clearTimeout(this.#settling);
        this.#turn++;
        this.#races.begin(null);
        this.#app.endWork();
        void vscode.commands.executeCommand('setContext', 'irqPath.hasAnswer', false);
        void vscode.commands.executeCommand('setContext', 'irqPath.hasPanel', false);
      },
    });
    void vscode.commands.executeCommand('setContext', 'irqPath.hasPanel', true);
  }

  async #answer(subject: Subject, place?: Place): Promise<Outcome> {
    const turn = ++this.#turn;
    this.#model.begin(subject);
    this.#rename(subject);
    const started = performance.now();
    const answer =
      subject.kind === 'comparison'
        ? await askAll(subject.members, this.#app)
        : await ask(subject, this.#app, this.#model.state.interrupts, (progress) => {
            if (turn === this.#turn) this.#view?.runProgress(progress);
          });
    if (turn !== this.#turn) return { kind: 'cancelled' };
    if (!answer.ok) {
      const { trouble, notes, offers } = answer.error;
      this.#app.runs.cancel();
      this.#model.fail(trouble, notes, offers);
      this.#races.begin(null);
      this.#app.log.info(trouble.message);
      return { kind: 'trouble', message: trouble.message };
    }
    if (answer.value.kind === 'comparison') {
      this.#model.finishComparison(answer.value);
      this.#races.begin(null);
      return { kind: 'compared', paths: answer.value.members.map(({ run }) => run.simulation.path) };
    }
    this.#model.finish(answer.value, place, this.#lastRun.moved(subject, answer.value));
    this.#races.begin(answer.value.simulation);
    const { path } = answer.value.simulation;
    this.#app.log.debug(`${path}: answered in ${String(Math.round(performance.now() - started))} ms`);
    return { kind: 'shown', path };
  }

  /** Leaves what is in sight as it is, whatever has been asked since. */
  #cancel(): void {
    clearTimeout(this.#settling);
    this.#turn++;
    this.#app.runs.cancel();
    const action = { label: vscode.l10n.t('Run Again'), command: 'runAgain' } as const;
    this.#model.cancel({ message: vscode.l10n.t('The simulation was cancelled.'), action });
    const { subject } = this.#model.state;
    if (subject) this.#rename(subject);
  }

  #rename(subject: Subject): void {
    this.#view?.rename(subject.kind === 'comparison' ? vscode.l10n.t('Comparison') : titleOf(subject));
  }
}
