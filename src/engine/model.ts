import type { ExecutionContext } from './context.ts';
import type { Field, FieldSpec } from './state.ts';
import type { Procedure } from './step.ts';

/** A process before it is laid out: where it runs and what. */
export interface ProcessSpec {
  readonly name: string;
  readonly context: ExecutionContext;
  readonly procedure: Procedure;
}

/** What can be said of a field; by default it is a flag that starts at 0. */
export type FieldOptions = Partial<Omit<FieldSpec, 'name'>>;

/** Collects the fields and processes of a machine while its parts are put together. */
export class ModelBuilder {
  readonly fields: FieldSpec[];
  readonly processes: ProcessSpec[];
  readonly #suffix: string;

  /** `of`: the machine whose fields and processes these are too, what is added here having `suffix` behind its name. */
  constructor(of?: ModelBuilder, suffix = '') {
    this.fields = of?.fields ?? [];
    this.processes = of?.processes ?? [];
    this.#suffix = suffix;
  }

  /** The same machine: what is added through it has `suffix` behind its name. */
  behindNames(suffix: string): ModelBuilder {
    return new ModelBuilder(this, this.#suffix + suffix);
  }

  /** Adds a field and returns its place in the state. */
  field(name: string, options: FieldOptions = {}): Field {
    const max = options.max ?? (options.values ? options.values.length - 1 : 1);
    this.fields.push({
      name: name + this.#suffix,
      max,
      initial: options.initial ?? 0,
      ...(options.values ? { values: options.values } : {}),
      ...(options.notable ? { notable: true } : {}),
    });
    return this.fields.length - 1;
  }

  /** Adds a process. The order of adding decides who goes first when two steps fall on the same instant. */
  process(name: string, context: ExecutionContext, procedure: Procedure): void {
    this.processes.push({ name: name + this.#suffix, context, procedure });
  }
}
