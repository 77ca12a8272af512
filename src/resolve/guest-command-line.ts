import type { SourceText, VmDescription } from '../config/launch-file.ts';

/**
 * The `-append` that tells the guest's kernel not to use MSI; null if none does. Any `pci=` counts, and nothing turns
 * MSI on again (Linux drivers/pci/pci.c pci_setup), so it does not matter what else stands there or is not known of it.
 */
export function appendWithoutMsi(vm: VmDescription): SourceText | null {
  const last = vm.options.filter(({ name }) => name.text === 'append').at(-1)?.value ?? null;
  return last?.text.split(/\s+/).some(turnsMsiOff) === true ? last : null;
}

function turnsMsiOff(parameter: string): boolean {
  return parameter.startsWith('pci=') && parameter.slice('pci='.length).split(',').includes('nomsi');
}
