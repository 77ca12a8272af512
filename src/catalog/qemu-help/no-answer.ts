/** What is known of a program that could not be run, did not end in time, or failed. */
export interface Failure {
  /** The error of the system, such as `ENOENT`, or the status with which the program ended. */
  readonly code?: string | number | null | undefined;
  /** Whether it was ended because it took too long or was no longer wanted. */
  readonly killed?: boolean | undefined;
  readonly message: string;
}

/** Why a program that was asked for help has no answer, in the words of an error; `stderr` is what it said itself. */
export function whyNoAnswer({ code, killed, message }: Failure, stderr: string): string {
  if (code === 'ENOENT') return 'no such program';
  if (code === 'EACCES') return 'it is no program, or there is no permission to run it';
  const [said = ''] = stderr.trim().split('\n');
  if (said !== '') return said;
  if (killed === true) return 'it was ended before it had answered';
  return typeof code === 'number' ? `it ended with status ${code} and said nothing` : message;
}
