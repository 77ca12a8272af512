import { VIRTIO_BACKEND_OPTIONS } from '../catalog/virtio-backend-options.ts';
import type { CommandOption, VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import { checkValue } from './check-device-options.ts';
import { lastNamed } from './decision.ts';

/** The property that says of which kind a `-netdev` or an `-object` is, where nothing stands before the first comma. */
const KIND_KEYS: ReadonlyMap<string, string> = new Map([
  ['netdev', 'type'],
  ['object', 'qom-type'],
]);

/** Values of `-netdev` and `-object` that QEMU does not take, of the options on which a path depends. */
export function checkBackendOptions({ options }: VmDescription, qemu: string): Problem[] {
  return options.flatMap((option) => {
    const kind = kindOf(option);
    return option.properties.flatMap((property) => {
      const doc = VIRTIO_BACKEND_OPTIONS.find(
        ({ name, owner, of }) =>
          name === property.key.text && owner === option.name.text && of.includes(kind ?? ''),
      );
      return doc === undefined || !property.key.known ? [] : checkValue(property, doc, qemu);
    });
  });
}

function kindOf({ name, properties }: CommandOption): string | undefined {
  const key = KIND_KEYS.get(name.text);
  if (key === undefined) return undefined;
  const value = lastNamed(properties, [key])?.value;
  return value?.known === true ? value.text : undefined;
}
