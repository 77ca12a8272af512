import { describe, expect, it } from 'vitest';
import { irqpath } from './irqpath.ts';

const KICK = ['--path', 'virtio/notify-ioeventfd', '--irqs', '2'];
const NOTE = '--set txBurst=7 has no effect here: it means something only with device=virtio-net\n';

describe('a setting that has no effect', () => {
  it('is said to have none, by simulate, compare and explore, which do their work all the same', async () => {
    expect(await irqpath(['simulate', ...KICK, '--set', 'txBurst=7'])).toMatchObject({
      status: 0,
      err: NOTE,
    });
    const paths = 'virtio/notify-ioeventfd,virtio/notify-sync';
    const compared = await irqpath(['compare', '--paths', paths, '--irqs', '2', '--set', 'txBurst=7']);
    expect(compared).toMatchObject({ status: 0, err: NOTE });
    const limits = ['--max-states', '100'];
    const explored = await irqpath(['explore', ...KICK.slice(0, 2), ...limits, '--set', 'txBurst=7']);
    expect(explored.err).toContain(NOTE);
  });

  it('is not said of one that has: with the others that it needs, or where it always means something', async () => {
    const set = ['--set', 'txBurst=7', '--set', 'device=virtio-net'];
    expect((await irqpath(['simulate', ...KICK, ...set])).err).toBe('');
    expect((await irqpath(['simulate', ...KICK, '--set', 'vcpus=2'])).err).not.toContain('no effect');
  });
});
