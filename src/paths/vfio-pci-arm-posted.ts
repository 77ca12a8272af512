import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { virtualPe } from '../machine/hardware/gicv4.ts';
import { vcpuVpe } from '../machine/kernel/vgic-v4.ts';
import type { KnownBug } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import { wireArmMsiIrqfd } from './vfio-pci-arm-msi-irqfd.ts';
import { armMsiMachine } from './vfio-pci-arm-msi-machine.ts';
import { wireArmMsi } from './wire-vfio-pci-arm-msi.ts';
import type { Wiring } from './wiring.ts';

/** What a GICv4.1 met before doorbells and the end of residency were told apart. */
export const DOORBELL_RACE: KnownBug = {
  name: 'doorbell-race',
  title:
    'A doorbell that comes while the vPE is made non-resident is forgotten, and the vCPU sleeps with its interrupt pending',
  introducedIn: 'Linux 5.7',
  fixedIn: 'Linux 5.10',
  violates: 'no-lost-interrupt',
  needs: { arch: 'arm' },
  needsHost: { posting: 'on' },
  source:
    'Linux arch/arm64/kvm/vgic/vgic-v4.c vgic_v4_doorbell_handler: pending_last under vpe_lock since "Plug race between ' +
    'non-residency and v4.1 doorbell" (that 5.7 is the first release with it and 5.10 the first without it is from ' +
    'memory, unverified)',
};

/** Why a message to a guest on Arm is not forwarded; the choices of the setting that x86 has not. */
const SOFTWARE = ['no-bypass', 'remapped-by-guest'];

/**
 * Wires `vfio-pci/posted` on Arm from its parts: a GICv4 has the LPI forwarded (`kvm_vgic_v4_set_forwarding`). Where
 * that fails, or the guest has unmapped and mapped the interrupt without telling its device, KVM injects as for any
 * irqfd and nobody is told. Source: Linux arch/arm64/kvm/vgic/vgic-v4.c (6.12).
 */
export function wireArmPosted(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  if (facts.host.posting === 'off') {
    return fail(
      'vfio-pci/posted on Arm needs a host with a GICv4 (posting=on); without it messages take vfio-pci/msi-irqfd',
    );
  }
  if (settings.number('preemptionUs') > 0) {
    return fail('preemptionUs needs arch=x86: on Arm a vCPU that is preempted is not modelled yet');
  }
  const inhibitedBy = settings.choice('inhibitedBy');
  if (SOFTWARE.includes(inhibitedBy)) return wireArmMsiIrqfd(settings, facts, bugs);
  if (inhibitedBy !== 'nothing') {
    return fail(
      `inhibitedBy=${inhibitedBy} needs arch=x86; a GICv4 does not forward with ${SOFTWARE.join(', ')}`,
    );
  }
  if (settings.number('haltPollUs') > 0) {
    return fail('haltPollUs with a GICv4: what a vCPU that polls hears of a virtual LPI is not modelled');
  }
  const machine = armMsiMachine(settings, facts);
  if (!machine.ok) return machine;
  const { m, device } = machine.value;
  const irq = virtualPe(m, device.message);
  const vpe = vcpuVpe(m, irq, bugs.has(DOORBELL_RACE.name));
  return ok(
    wireArmMsi(machine.value, settings, facts, { message: { kind: 'vlpi', irq, vpe }, trigger: null }),
  );
}
