import type { TraceEvent } from './trace-event.ts';

/** A line with an event whose text no kernel prints so. */
export interface ForeignLine {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** How many lines were compared with what kernels print, and those that differ. */
export interface FormatCheck {
  readonly checked: number;
  readonly foreign: number;
  /** The first of them. */
  readonly examples: readonly ForeignLine[];
}

const HEX64 = '0x[0-9a-f]{1,16}';
const RIP = `rip ${HEX64}`;

/**
 * Every text that kernels have given these events, of which there are a few only: arch/x86/kvm/trace.h and
 * arch/arm64/kvm/trace_arm.h from Linux 2.6.3x to 6.16, and trace-cmd's plugin for them.
 */
const FORMATS: Readonly<Record<string, readonly RegExp[]>> = {
  'kvm:kvm_entry': [
    new RegExp(
      `^vcpu \\d+(?:, ${RIP}(?: intr_info 0x[0-9a-f]+ error_code 0x[0-9a-f]+)?(?:\\[immediate exit\\])?)?$`,
    ),
    new RegExp(`^PC: ${HEX64}$`),
  ],
  'kvm:kvm_exit': [
    new RegExp(`^(?:vcpu \\d+ )?reason .+? ${RIP}(?: info [0-9a-f]+ [0-9a-f]+)?(?: .*requests .*)?$`),
    new RegExp(
      `^(?:\\[FAILED VMENTRY\\] )?(?:vcpu \\d+ )?reason .+? ${RIP} info1 0x[0-9a-f]+ info2 0x[0-9a-f]+ intr_info 0x[0-9a-f]+ error_code 0x[0-9a-f]+(?: requests 0x[0-9a-f]+)?$`,
    ),
    new RegExp(`^(?:\\w+: )?(?:HSR_EC: 0x[0-9a-f]+ \\(\\w+\\), )?PC: ${HEX64}$`),
  ],
  'kvm:kvm_page_fault': [
    /^address [0-9a-f]+ error_code [0-9a-f]+$/,
    new RegExp(`^(?:vcpu \\d+ )?${RIP} address 0x[0-9a-f]{16} error_code (?:0x)?[0-9a-f]+$`),
  ],
  'kvm:kvm_set_irq': [/^gsi \d+ level \d+ source \d+$/],
  'kvm:kvm_eoi': [/^apicid [0-9a-f]+ vector \d+$/],
  'kvm:kvm_inj_virq': [/^(?:irq \d+|(?:IRQ|Soft\/INTn) 0x[0-9a-f]+(?: \[reinjected\])?)$/],
  'kvm:kvm_mmio': [/^mmio (?:unsatisfied-read|read|write) len \d+ gpa 0x[0-9a-f]+ val 0x[0-9a-f]+$/],
  'kvm:kvm_msi_set_irq': [/^dst [0-9a-f]+ vec \d+ \([^)]+\)$/],
  'kvm:kvm_ack_irq': [/^irqchip (?:\d+|\S+(?: \S+)?) pin \d+$/],
  'irq:irq_handler_entry': [/^irq=\d+ (?:name|handler)=.*$/],
  'irq:irq_handler_exit': [/^irq=\d+ (?:ret|return)=(?:handled|unhandled)$/],
};

const MOST_EXAMPLES = 10;
/** A trace of millions of lines need not be compared to its end. */
const MOST_CHECKED = 10_000;

/** Compares the text of events with what kernels print. */
export class FormatChecker {
  #checked = 0;
  #foreign = 0;
  readonly #examples: ForeignLine[] = [];

  see({ name, args, line }: TraceEvent): void {
    if (this.#checked >= MOST_CHECKED) return;
    const formats = FORMATS[name];
    if (formats === undefined) return;
    this.#checked++;
    // Lines are cut in mails and by the width of a terminal.
    const text = args.trimEnd();
    if (formats.some((format) => format.test(text))) return;
    this.#foreign++;
    if (this.#examples.length < MOST_EXAMPLES) {
      this.#examples.push({ line, text, reason: `no kernel prints ${name} so` });
    }
  }

  result(): FormatCheck {
    return { checked: this.#checked, foreign: this.#foreign, examples: this.#examples };
  }
}

/** Whether so much of a trace is printed by no kernel that nothing should rest on it. */
export function isForged({ checked, foreign }: FormatCheck): boolean {
  return foreign > 1 && foreign * 4 > checked;
}
