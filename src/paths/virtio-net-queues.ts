/** One queue of a network device: its number, and the guest's vector for it in traces X3. */
export interface NetQueueNumbers {
  readonly queueIndex: number;
  readonly vector: number;
}

export const RECEIVES: NetQueueNumbers = { queueIndex: 0, vector: 0x26 };
export const SENDS: NetQueueNumbers = { queueIndex: 1, vector: 0x27 };
/** Of the second pair. */
export const SENDS_TOO: NetQueueNumbers = { queueIndex: 3, vector: 0x29 };
/** It has no vector: the one of the configuration, which never comes. */
export const COMMANDS: NetQueueNumbers = { queueIndex: 2, vector: 0x25 };
