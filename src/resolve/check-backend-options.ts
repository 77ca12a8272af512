import { spellingOf } from '../catalog/options.ts';
import { VIRTIO_BACKEND_OPTIONS } from '../catalog/virtio-backend-options.ts';
import type { CommandOption, VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import { checkIntroduced, checkValue } from './check-device-options.ts';
import { checkName } from './check-machine-options.ts';
import { lastNamed } from './decision.ts';

/** The property that says of which kind a `-netdev` or an `-object` is, where nothing stands before the first comma. */
const KIND_KEYS: ReadonlyMap<string, string> = new Map([
  ['netdev', 'type'],
  ['object', 'qom-type'],
]);

/**
 * What QEMU does not take behind `-netdev` and `-object`, of the options on which a path depends: values that are none,
 * options of later releases. They have many others; only a name close to one that matters is reported.
 */
export function checkBackendOptions({ options }: VmDescription, qemu: string): Problem[] {
  return options.flatMap((option) => {
    const kind = kindOf(option);
    if (kind === undefined) return [];
    const docs = VIRTIO_BACKEND_OPTIONS.filter(
      ({ owner, of }) => owner === option.name.text && of.includes(kind),
    );
    return option.properties.flatMap((property) => {
      if (docs.length === 0 || !property.key.known) return [];
      const { text } = property.key;
      const doc = docs.find((one) => one.name === text || spellingOf(one, text) !== undefined);
      if (doc === undefined)
        return checkName(
          property,
          docs.map(({ name }) => name),
        );
      return [...checkIntroduced(property, doc, qemu), ...checkValue(property, doc, qemu)];
    });
  });
}

function kindOf({ name, properties }: CommandOption): string | undefined {
  const key = KIND_KEYS.get(name.text);
  if (key === undefined) return undefined;
  const value = lastNamed(properties, [key])?.value;
  return value?.known === true ? value.text : undefined;
}
