/** Groups of trace events by how the names in them begin: ftrace prints only the name. */
const GROUPS: readonly (readonly [prefix: string, group: string])[] = [
  ['kvm_', 'kvm'],
  ['vgic_', 'kvm'],
  ['vcpu_match_mmio', 'kvm'],
  ['irq_handler_', 'irq'],
  ['softirq_', 'irq'],
  ['sched_', 'sched'],
  ['workqueue_', 'workqueue'],
  ['ipi_', 'ipi'],
  ['local_timer_', 'irq_vectors'],
  ['reschedule_', 'irq_vectors'],
  ['vector_', 'irq_vectors'],
];

/** The name of an event with its group in front; unchanged if it has one already or the group is not known. */
export function withGroup(name: string): string {
  if (name.includes(':')) return name;
  const group = GROUPS.find(([prefix]) => name.startsWith(prefix));
  return group ? `${group[1]}:${name}` : name;
}
