import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { MAIN_LOOP } from '../parties.ts';
import { management } from './vm-stop.ts';
import type { Monitor } from './vm-stop.ts';

/** What a link that goes down and up is wired to. */
export interface SetLinkWiring {
  /** 1 while it is down. */
  readonly linkDown: Field;
  /** `vhost_net_stop` and `vhost_net_start`. */
  readonly stop: Procedure;
  readonly start: Procedure;
}

/**
 * The command `set_link`, off and on by turns, while the guest runs. The interrupt that tells the guest of it, of another
 * vector, is left out: the guest goes on sending.
 * Source: QEMU net/net.c `qmp_set_link`, hw/net/virtio-net.c `virtio_net_set_link_status`, `virtio_net_vhost_status` (7.2).
 * No trace of it has been captured.
 */
export function setLink(m: ModelBuilder, wiring: SetLinkWiring, isRunning: (s: State) => boolean): Monitor {
  const { linkDown } = wiring;
  const command = management(
    m,
    'management: QMP set_link off, and on when the link is down',
    (s) => s[linkDown] === 1 || isRunning(s),
  );
  const status = 'QEMU hw/net/virtio-net.c virtio_net_set_status (virtio_net_vhost_status)';
  // Who sent the command waits for the answer before the next.
  const returns = 'QEMU net/net.c qmp_set_link (returns)';
  const dispatch = procedure<string>(MAIN_LOOP, 'monitor_qmp_dispatcher_co', {
    'set-link': {
      at: 'QEMU net/net.c qmp_set_link; hw/net/virtio-net.c virtio_net_set_link_status (n->status)',
      cost: 'dispatch',
      do: (s) => {
        s[linkDown] = s[linkDown] === 1 ? 0 : 1;
        return s[linkDown] === 1 ? undefined : 'link-up';
      },
    },
    'link-down': { at: status, marks: ['link-down'], call: wiring.stop },
    'link-is-down': {
      at: returns,
      do: (s) => {
        s[command] = 0;
        return RETURN;
      },
    },
    'link-up': { at: status, marks: ['link-up'], call: wiring.start },
    'link-is-up': {
      at: returns,
      do: (s) => {
        s[command] = 0;
      },
    },
  });
  return { command, dispatch };
}
