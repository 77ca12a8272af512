import type { Property } from '../launch-file.ts';
import { attributeOf, childOf, childrenOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { isX86, type Domain } from './domain.ts';

/** `-cpu`: the model and the flags, those of Hyper-V and KVM included (libvirt qemuBuildCpuCommandLine). */
export function cpuProperties(domain: Domain): Property[] {
  const { element, texts } = domain;
  const features = childOf(element, 'features');
  const properties = [...cpuModel(domain), ...cpuFlags(domain)];
  for (const { name, startTag } of enlightenments(childOf(features, 'hyperv'))) {
    properties.push(texts.implied(`hv-${name}`, 'on', startTag));
  }
  properties.push(...texts.optional('kvm-pv-eoi', childOf(features, 'apic'), 'eoi'));
  const kvm = childOf(features, 'kvm');
  const hidden = attributeOf(childOf(kvm, 'hidden'), 'state');
  if (hidden?.raw === 'on') properties.push(texts.fromAttribute('kvm', hidden, 'off'));
  properties.push(...texts.optional('kvm-hint-dedicated', childOf(kvm, 'hint-dedicated'), 'state'));
  properties.push(...texts.optional('kvm-poll-control', childOf(kvm, 'poll-control'), 'state'));
  return properties.map((property) => ({ ...property, from: 'option' }));
}

function cpuModel(domain: Domain): Property[] {
  const { element, texts, isKvm } = domain;
  const cpu = childOf(element, 'cpu');
  const mode = attributeOf(cpu, 'mode');
  if (mode?.raw === 'host-passthrough') return [texts.fromAttribute('model', mode, 'host')];
  if (mode?.raw === 'maximum') return [texts.fromAttribute('model', mode, 'max')];
  // What libvirt makes of it depends on the host.
  if (mode?.raw === 'host-model') {
    const property = texts.fromAttribute('model', mode);
    const model = { ...property, value: { ...texts.value(mode), known: false } };
    // KVM offers x2apic on every host.
    return isKvm && isX86(domain) ? [model, texts.implied('x2apic', 'on', mode.valueAt)] : [model];
  }
  const model = childOf(cpu, 'model');
  const name = texts.content(model);
  if (model === undefined || name === undefined) return [];
  return [{ ...texts.implied('model', name.text, model.whole), value: name }];
}

function cpuFlags({ element, texts }: Domain): Property[] {
  return childrenOf(childOf(element, 'cpu'), 'feature').flatMap((feature) => {
    const name = rawValue(feature, 'name');
    const policy = attributeOf(feature, 'policy');
    if (name === undefined || policy === undefined) return [];
    const isOff = policy.raw === 'disable' || policy.raw === 'forbid';
    return [texts.fromAttribute(name, policy, isOff ? 'off' : 'on')];
  });
}

function enlightenments(hyperv: XmlElement | undefined): XmlElement[] {
  return hyperv?.children.filter((one) => rawValue(one, 'state') === 'on') ?? [];
}

/** `-smp`: those that run, the most there can be, and the topology. */
export function smpProperties({ element, texts }: Domain): Property[] {
  const vcpu = childOf(element, 'vcpu');
  const count = texts.content(vcpu);
  if (vcpu?.text === undefined || vcpu.text === null || count === undefined) return [];
  const current = attributeOf(vcpu, 'current');
  const whole = texts.implied('cpus', count.text, vcpu.text);
  const topology = childOf(childOf(element, 'cpu'), 'topology');
  const properties =
    current === undefined
      ? [whole]
      : [texts.fromAttribute('cpus', current), texts.implied('maxcpus', count.text, vcpu.text)];
  for (const name of ['sockets', 'dies', 'clusters', 'cores', 'threads']) {
    properties.push(...texts.optional(name, topology, name));
  }
  return properties.map((property) => ({ ...property, from: 'option' }));
}
