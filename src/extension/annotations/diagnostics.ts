import * as vscode from 'vscode';
import type { Problem } from '../../config/problem.ts';
import type { App } from '../app.ts';
import { ASSUME_SECTION, assumedFacts } from '../assumptions.ts';
import { differentProblemsIn } from '../assist/fixes.ts';
import { readDocument } from '../question/launch-documents.ts';

const SETTING = 'irqPath.diagnostics.minimumSeverity';
/** Who says a diagnostic. */
export const SOURCE = 'IRQ Path';

/** How long a document must rest before it is looked at again. */
const SETTLE_MS = 300;

/** In prose and in other languages a command line may be cut short or put together; nothing is complained of there. */
const CHECKED_LANGUAGES: readonly string[] = [
  'shellscript',
  'qemu-args',
  'xml',
  'qmp',
  // systemd units, VMs of Proxmox, files for -readconfig.
  'properties',
  'ini',
];
/** JSON may be anything; of a session with QEMU's monitor the commands are whole. */
const JSON_LANGUAGES: readonly string[] = ['json', 'jsonl'];

function isChecked(document: vscode.TextDocument): boolean {
  if (CHECKED_LANGUAGES.includes(document.languageId)) return true;
  return JSON_LANGUAGES.includes(document.languageId) && document.getText().includes('"execute"');
}

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/** The graver, the less. */
const WEIGHTS = { error: 1, warning: 2, information: 3 } as const;

/** Shows what the reader and the resolver have to say about launch files; nothing in files without QEMU. */
export function registerDiagnostics(app: App): void {
  const collection = vscode.languages.createDiagnosticCollection('irqPath');
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const look = app.guarded(vscode.l10n.t('Diagnostics'), async (document: vscode.TextDocument) => {
    const found = isChecked(document) ? await diagnosticsOf(document) : [];
    if (!document.isClosed) collection.set(document.uri, found);
  });
  const later = (document: vscode.TextDocument, afterMs: number): void => {
    if (![...CHECKED_LANGUAGES, ...JSON_LANGUAGES].includes(document.languageId)) return;
    const key = document.uri.toString();
    clearTimeout(waiting.get(key));
    const timer = setTimeout(() => {
      waiting.delete(key);
      void look(document);
    }, afterMs);
    waiting.set(key, timer);
  };
  const all = (): void => {
    for (const document of vscode.workspace.textDocuments) later(document, 0);
  };
  app.context.subscriptions.push(
    collection,
    vscode.workspace.onDidOpenTextDocument((document) => {
      later(document, 0);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      later(document, SETTLE_MS);
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      // A new document may have taken the name of one that was never saved before its end is told.
      const next = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
      if (next === undefined) collection.delete(uri);
      else later(next, 0);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTING) || event.affectsConfiguration(ASSUME_SECTION)) all();
    }),
    new vscode.Disposable(() => {
      for (const timer of waiting.values()) clearTimeout(timer);
    }),
  );
  all();
}

async function diagnosticsOf(document: vscode.TextDocument): Promise<vscode.Diagnostic[]> {
  const least = vscode.workspace.getConfiguration().get<string>(SETTING, 'information');
  const shown = { off: 0, error: 1, warning: 2, information: 3 }[least] ?? 3;
  const facts = assumedFacts();
  const read = facts.ok ? await readDocument(document, facts.value) : undefined;
  return (read ? differentProblemsIn(read.resolved) : [])
    .filter(({ severity }) => WEIGHTS[severity] <= shown)
    .map(diagnostic);
}

function diagnostic({ code, severity, message, range: { start, end } }: Problem): vscode.Diagnostic {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const shown = new vscode.Diagnostic(range, message, SEVERITIES[severity]);
  shown.code = code;
  shown.source = SOURCE;
  return shown;
}
