import { fail, ok, type Result } from '../base/result.ts';
import { FACT_OPTIONS, JSON_OPTION, readWholeOption, type Arguments } from './arguments.ts';
import { readFormat } from './run-arguments.ts';

const FORMATS = ['text', 'mermaid', 'json', 'perfetto'] as const;
type Format = (typeof FORMATS)[number];

/** Options of `irqpath trace`. */
export const TRACE_OPTIONS = {
  ...FACT_OPTIONS,
  ...JSON_OPTION,
  conform: { type: 'string' },
  incomplete: { type: 'string', multiple: true },
  source: { type: 'string' },
  shape: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  set: { type: 'string', multiple: true },
  bug: { type: 'string', multiple: true },
  format: { type: 'string' },
} as const;

/** What is asked about a trace. */
export interface TraceRequest {
  readonly file: string;
  readonly format: Format;
  readonly conform: string | undefined;
  readonly source: string | undefined;
  readonly shape: number;
  readonly lines: { readonly from?: number; readonly to?: number };
}

/** Reads {@link TRACE_OPTIONS}; the error says which of them was not understood. */
export function readTraceRequest(args: Arguments): Result<TraceRequest> {
  const [file] = args.positionals;
  if (file === undefined) return fail('expected a FILE, or - for standard input');
  const format = readFormat(args, FORMATS);
  if (!format.ok) return format;
  const shape = readWholeOption(args, 'shape', 1);
  if (!shape.ok) return shape;
  const from = readWholeOption(args, 'from', 1);
  if (!from.ok) return from;
  const to = readWholeOption(args, 'to', from.value ?? 1);
  if (!to.ok) return to;
  const conform = args.text('conform');
  for (const name of ['host', 'guest'] as const) {
    if (conform === undefined && args.text(name) !== undefined) return fail(`--${name} needs --conform PATH`);
  }
  for (const name of ['set', 'bug', 'incomplete']) {
    if (conform === undefined && args.texts(name).length > 0) return fail(`--${name} needs --conform PATH`);
  }
  if (conform !== undefined && format.value !== 'text' && format.value !== 'json') {
    return fail(`--conform answers in text or json, not in ${format.value}`);
  }
  return ok({
    file,
    format: format.value,
    conform,
    source: args.text('source'),
    shape: shape.value ?? 1,
    lines: {
      ...(from.value === undefined ? {} : { from: from.value }),
      ...(to.value === undefined ? {} : { to: to.value }),
    },
  });
}
