/** A finished run as numbers: enough to run it again step by step. Eleven bytes a step. */
export interface RunLog {
  readonly length: number;
  /** When each step took effect, in nanoseconds. */
  readonly timeNs: Float64Array;
  /** Id of each step; it names the process too. */
  readonly step: Uint16Array;
  readonly choice: Uint8Array;
}

/** Collects a run log; grows by doubling. */
export class RunLogWriter {
  private length = 0;
  private timeNs: Float64Array<ArrayBuffer> = new Float64Array(1024);
  private step: Uint16Array<ArrayBuffer> = new Uint16Array(1024);
  private choice: Uint8Array<ArrayBuffer> = new Uint8Array(1024);

  add(timeNs: number, step: number, choice: number): void {
    const at = this.length++;
    if (at === this.timeNs.length) this.grow();
    this.timeNs[at] = timeNs;
    this.step[at] = step;
    this.choice[at] = choice;
  }

  finish(): RunLog {
    const { length } = this;
    return {
      length,
      timeNs: this.timeNs.subarray(0, length),
      step: this.step.subarray(0, length),
      choice: this.choice.subarray(0, length),
    };
  }

  private grow(): void {
    const size = this.timeNs.length * 2;
    const timeNs = new Float64Array(size);
    timeNs.set(this.timeNs);
    const step = new Uint16Array(size);
    step.set(this.step);
    const choice = new Uint8Array(size);
    choice.set(this.choice);
    Object.assign(this, { timeNs, step, choice });
  }
}
