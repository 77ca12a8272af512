import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../src/base/result.ts';
import { Endpoint } from '../../../src/protocol/endpoint.ts';
import { count, object, text } from '../../../src/protocol/guards.ts';
import type { NotificationType, RequestType } from '../../../src/protocol/message-type.ts';

const double: RequestType<{ value: number }, { value: number }> = {
  method: 'double',
  params: object<{ value: number }>({ value: count }),
  reply: object<{ value: number }>({ value: count }),
};
const said: NotificationType<{ words: string }> = {
  method: 'said',
  params: object<{ words: string }>({ words: text() }),
};

/** Two ends of one line; what travels is copied, as between two processes. */
function connected(): { left: Endpoint; right: Endpoint; problems: string[] } {
  const problems: string[] = [];
  const end = (other: () => Endpoint): Endpoint =>
    new Endpoint({
      send: (message) => {
        queueMicrotask(() => {
          other().receive(structuredClone(message));
        });
      },
      report: (problem) => problems.push(problem),
    });
  const left: Endpoint = end(() => right);
  const right: Endpoint = end(() => left);
  return { left, right, problems };
}

describe('Endpoint', () => {
  it('gives every request its own answer, whatever the order in which they come', async () => {
    const { left, right } = connected();
    const waiting: (() => void)[] = [];
    right.onRequest(double, async ({ value }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return ok({ value: value * 2 });
    });
    const answers = [1, 2, 3].map((value) => left.request(double, { value }));
    await expect.poll(() => waiting.length).toBe(3);
    for (const resume of waiting.reverse()) resume();
    expect(await Promise.all(answers)).toEqual([2, 4, 6].map((value) => ok({ value })));
  });

  it('answers a request that fails, throws, is of the wrong form or has no handler', async () => {
    const { left, right, problems } = connected();
    expect(await left.request(double, { value: 1 })).toEqual(fail("nobody answers 'double'"));
    right.onRequest(double, () => fail('too tired'));
    expect(await left.request(double, { value: 1 })).toEqual(fail('too tired'));
    right.onRequest(double, () => {
      throw new Error('broken');
    });
    expect(await left.request(double, { value: 1 })).toEqual(fail("'double' failed: broken"));
    expect(problems).toContain('double: broken');
    expect(await left.request(double, { value: -1 })).toMatchObject({ ok: false });
  });

  it('refuses an answer of another form than the request has', async () => {
    const { left, right } = connected();
    right.onRequest({ ...double, reply: (value): value is never => value !== undefined }, () =>
      ok('six' as never),
    );
    expect(await left.request(double, { value: 3 })).toMatchObject({ ok: false });
  });

  it('answers who still waits when it is closed, and who asks later', async () => {
    const { left, right } = connected();
    right.onRequest(double, () => new Promise(() => undefined));
    const waiting = left.request(double, { value: 1 });
    left.close();
    expect(await waiting).toMatchObject({ ok: false });
    expect(await left.request(double, { value: 1 })).toMatchObject({ ok: false });
  });

  it('answers with an error when the other side cannot be reached', async () => {
    const lonely = new Endpoint({
      send: () => {
        throw new Error('disposed');
      },
      report: () => undefined,
    });
    expect(await lonely.request(double, { value: 1 })).toMatchObject({ ok: false });
  });

  it('delivers notifications, and reports those of another form instead of delivering them', async () => {
    const { left, right, problems } = connected();
    const heard: string[] = [];
    right.onNotification(said, ({ words }) => heard.push(words));
    left.notify(said, { words: 'hello' });
    left.notify(said, { words: 7 } as never);
    await expect.poll(() => problems.length).toBe(1);
    expect(heard).toEqual(['hello']);
  });

  it('takes anything that arrives without throwing, and answers nobody by mistake', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({
            kind: fc.constantFrom('request', 'reply', 'notification', 'other'),
            id: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.anything()),
            method: fc.oneof(fc.constantFrom('double', 'said', 'toString', '__proto__'), fc.anything()),
            params: fc.anything(),
            ok: fc.oneof(fc.boolean(), fc.anything()),
          }),
        ),
        (message) => {
          const heard: unknown[] = [];
          const endpoint = new Endpoint({ send: () => undefined, report: () => undefined });
          endpoint.onNotification(said, (params) => heard.push(params));
          endpoint.receive(message);
          for (const params of heard) expect(said.params(params)).toBe(true);
        },
      ),
    );
  });
});
