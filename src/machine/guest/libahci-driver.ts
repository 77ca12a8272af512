import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { AHCI_DRIVER } from '../parties.ts';
import {
  CMD_ISSUE_WRITE,
  HOST_IRQ_STAT_READ,
  HOST_IRQ_STAT_WRITE,
  PORT_IRQ_STAT_READ,
  PORT_IRQ_STAT_WRITE,
  SCR_ACT_READ,
  SCR_ACT_WRITE,
} from '../qemu/ahci-port.ts';
import { registerAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';

const FILE = 'Linux drivers/ata/libahci.c';
/** The function that takes a request. */
export const AHCI_SUBMIT_AT = 'Linux drivers/ata/libata-scsi.c ata_scsi_queuecmd';

/** What the driver's submission is wired to. */
export interface AhciSubmitWiring {
  readonly cpu: DriverCpu;
  /** Commands that the driver has under way. */
  readonly outstanding: Field;
  readonly issued: Field;
  /** The wish for a request is fulfilled. */
  readonly submitted: (s: State) => void;
}

/**
 * The driver issues one queued command by two register writes, with the port's lock held and interrupts off.
 * Source: Linux drivers/ata/libata-scsi.c `ata_scsi_queuecmd`, libahci.c `ahci_qc_prep`, `ahci_qc_issue` (6.12).
 */
export function ahciQcIssue({ cpu, outstanding, issued, submitted }: AhciSubmitWiring): Procedure {
  return procedure<string>(AHCI_DRIVER, 'ahci_qc_issue', {
    'prepare-command': {
      at: `${FILE} ahci_qc_prep (ahci_fill_cmd_slot)`,
      cost: 'virtqueueAdd',
      do: (s) => {
        s[outstanding] = (s[outstanding] as number) + 1;
        submitted(s);
      },
    },
    ...registerAccess(cpu, 'write-scr-act', SCR_ACT_WRITE, `${FILE} ahci_qc_issue (PORT_SCR_ACT)`),
    ...registerAccess(cpu, 'write-cmd-issue', CMD_ISSUE_WRITE, `${FILE} ahci_qc_issue (PORT_CMD_ISSUE)`, {
      before: (s) => {
        s[issued] = 1;
      },
    }),
    'unlock-port': {
      at: `${AHCI_SUBMIT_AT} (spin_unlock_irqrestore)`,
      do: (s) => {
        cpu.irqsOn(s);
      },
    },
  });
}

/** What the driver's interrupt handler is wired to. */
export interface AhciIrqWiring {
  readonly cpu: DriverCpu;
  readonly outstanding: Field;
  readonly statusRead: Field;
  readonly doneRead: Field;
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler: which ports, why, acknowledged at the port; which commands are done; acknowledged at the controller. Every
 * access leaves to QEMU. It is the same with MSI.
 * Source: Linux drivers/ata/libahci.c `ahci_single_level_irq_intr`, `ahci_port_intr`, `ahci_handle_port_interrupt`,
 * `ahci_qc_complete` (6.12).
 */
export function ahciSingleLevelIrqIntr(wiring: AhciIrqWiring): Procedure {
  const { cpu, outstanding, statusRead, doneRead } = wiring;
  const at = `${FILE} ahci_single_level_irq_intr`;
  const complete = `${FILE} ahci_qc_complete`;
  return procedure<string>(AHCI_DRIVER, 'ahci_single_level_irq_intr', {
    ...registerAccess(cpu, 'read-irq-stat', HOST_IRQ_STAT_READ, `${at} (readl HOST_IRQ_STAT)`),
    'test-irq-stat': { at, cost: 'guestHandler', do: (s) => (s[statusRead] === 0 ? 'irq-none' : undefined) },
    ...registerAccess(
      cpu,
      'read-port-irq-stat',
      PORT_IRQ_STAT_READ,
      `${FILE} ahci_port_intr (readl PORT_IRQ_STAT)`,
    ),
    ...registerAccess(
      cpu,
      'write-port-irq-stat',
      PORT_IRQ_STAT_WRITE,
      `${FILE} ahci_port_intr (writel PORT_IRQ_STAT)`,
    ),
    ...registerAccess(cpu, 'read-scr-act', SCR_ACT_READ, `${complete} (readl PORT_SCR_ACT)`),
    'complete-commands': {
      at: `${complete} (ata_qc_complete_multiple)`,
      cost: 'virtqueueGet',
      do: (s) => {
        s[outstanding] = (s[outstanding] as number) - (s[doneRead] as number);
        s[doneRead] = 0;
      },
    },
    ...registerAccess(cpu, 'write-irq-stat', HOST_IRQ_STAT_WRITE, `${at} (writel HOST_IRQ_STAT)`),
    'irq-handled': { at: `${at} (returns IRQ_HANDLED)`, do: () => RETURN, local: true },
    'irq-none': { at: `${at} (returns IRQ_NONE: no port)`, marks: [wiring.emptyMark] },
  });
}
