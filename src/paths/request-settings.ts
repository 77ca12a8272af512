import type { ChoiceSetting, NumberSetting } from './path.ts';
import { GUEST_SETTING, PERIOD_SETTING } from './workload-settings.ts';

/** How long the program in the guest leaves a device alone. */
export const REQUEST_PERIOD_SETTING: NumberSetting = {
  ...PERIOD_SETTING,
  description: 'time the program in the guest computes before it wants the next request',
};

/** What else runs in a guest whose program waits for a device. */
export const WAITING_GUEST_SETTING: ChoiceSetting = {
  ...GUEST_SETTING,
  description: 'what the guest does while the program waits: halt, or compute something else',
};

/** How many requests a disk has at once. */
export const QUEUE_DEPTH_SETTING: NumberSetting = {
  name: 'queueDepth',
  kind: 'number',
  unit: 'requests',
  default: 1,
  minimum: 1,
  maximum: 64,
  description: 'requests that the program in the guest has outstanding at most',
};

/** How fast the disk behind an emulated or a virtio device is. */
export const SERVICE_SETTING: NumberSetting = {
  name: 'serviceUs',
  kind: 'number',
  unit: 'us',
  default: 100,
  minimum: 1,
  maximum: 3_600_000_000,
  description: "time the host's disk takes for a request; it serves one after the other",
};
