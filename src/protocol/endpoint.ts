import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { boolean, count, object, oneOf, text } from './guards.ts';
import type { Envelope, NotificationType, RequestType } from './message-type.ts';

/** What an endpoint needs from its side of the wire. */
export interface Wire {
  /** Hands a message to the other side. May throw when there is no other side any more. */
  readonly send: (message: Envelope) => void;
  /** Takes note of a message that was not understood or a handler that failed. */
  readonly report: (problem: string) => void;
}

type Handler = (params: unknown) => Promise<Result<unknown>>;

const isRequest = object<{ id: number; method: string }>({ id: count, method: text(100) });
const isReply = object<{ id: number; ok: boolean }>({ id: count, ok: boolean });
const isNotification = object<{ method: string }>({ method: text(100) });
const isEnvelope = object<{ kind: Envelope['kind'] }>({ kind: oneOf('request', 'reply', 'notification') });

/**
 * One end of the line between the extension and its panel; the same on both sides. Every request is answered:
 * by its handler, with the words of what went wrong, or with an error when the line is closed. Nothing that
 * arrives can make it throw.
 */
export class Endpoint {
  readonly #wire: Wire;
  readonly #handlers = new Map<string, Handler>();
  readonly #listeners = new Map<string, (params: unknown) => void>();
  readonly #waiting = new Map<number, (answer: Result<unknown>) => void>();
  #nextId = 0;
  #closed = false;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Asks the other side. Never rejects; an error is in words for a person. */
  request<Params, Reply>(type: RequestType<Params, Reply>, params: Params): Promise<Result<Reply>> {
    if (this.#closed) return Promise.resolve(fail('the panel is closed'));
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<Result<Reply>>();
    this.#waiting.set(id, (answer) => {
      if (!answer.ok) resolve(answer);
      else if (type.reply(answer.value)) resolve(ok(answer.value));
      else resolve(fail(`the answer to '${type.method}' has an unexpected form`));
    });
    if (!this.#send({ kind: 'request', id, method: type.method, params })) {
      this.#answered(id, fail('the other side cannot be reached'));
    }
    return promise;
  }

  notify<Params>(type: NotificationType<Params>, params: Params): void {
    if (!this.#closed) this.#send({ kind: 'notification', method: type.method, params });
  }

  /** Names who answers a request; a handler that throws is answered for with an error. */
  onRequest<Params, Reply>(
    type: RequestType<Params, Reply>,
    handler: (params: Params) => Result<Reply> | Promise<Result<Reply>>,
  ): void {
    this.#handlers.set(type.method, async (params) => {
      if (!type.params(params)) return fail(`the parameters of '${type.method}' have an unexpected form`);
      try {
        return await handler(params);
      } catch (error) {
        this.#wire.report(`${type.method}: ${words(error)}`);
        return fail(`'${type.method}' failed: ${words(error)}`);
      }
    });
  }

  onNotification<Params>(type: NotificationType<Params>, listener: (params: Params) => void): void {
    this.#listeners.set(type.method, (params) => {
      if (type.params(params)) listener(params);
      else this.#wire.report(`the parameters of '${type.method}' have an unexpected form`);
    });
  }

  /** Takes whatever arrived. What is no message of ours is reported and dropped. */
  receive(data: unknown): void {
    if (this.#closed) return;
    if (!isEnvelope(data)) {
      this.#wire.report('a message of an unknown kind was dropped');
    } else if (data.kind === 'request' && isRequest(data)) {
      void this.#serve(data.id, data.method, (data as { params?: unknown }).params);
    } else if (data.kind === 'reply' && isReply(data)) {
      this.#answered(data.id, resultOf(data));
    } else if (data.kind === 'notification' && isNotification(data)) {
      this.#deliver(data.method, (data as { params?: unknown }).params);
    } else {
      this.#wire.report(`a ${data.kind} of an unexpected form was dropped`);
    }
  }

  /** Ends the line: who still waits is answered with an error, later messages are ignored. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#waiting.keys()]) this.#answered(id, fail('the panel was closed'));
  }

  async #serve(id: number, method: string, params: unknown): Promise<void> {
    const handler = this.#handlers.get(method);
    const answer = handler ? await handler(params) : fail(`nobody answers '${method}'`);
    if (this.#closed) return;
    if (answer.ok) this.#send({ kind: 'reply', id, ok: true, value: answer.value });
    else this.#send({ kind: 'reply', id, ok: false, error: answer.error });
  }

  #deliver(method: string, params: unknown): void {
    const listener = this.#listeners.get(method);
    try {
      if (listener) listener(params);
      else this.#wire.report(`nobody listens to '${method}'`);
    } catch (error) {
      this.#wire.report(`${method}: ${words(error)}`);
    }
  }

  #answered(id: number, answer: Result<unknown>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) waiting(answer);
    else this.#wire.report(`an answer to request ${String(id)}, which nobody waits for, was dropped`);
  }

  #send(message: Envelope): boolean {
    try {
      this.#wire.send(message);
      return true;
    } catch (error) {
      this.#wire.report(`cannot send: ${words(error)}`);
      return false;
    }
  }
}

function resultOf(reply: { readonly ok: boolean }): Result<unknown> {
  const { value, error } = reply as { value?: unknown; error?: unknown };
  return reply.ok ? ok(value) : fail(typeof error === 'string' ? error : 'failed without saying why');
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
