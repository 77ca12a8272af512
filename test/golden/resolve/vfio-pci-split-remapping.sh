# --host qemu=10.1,kernel=6.12 --guest msi=off
qemu-system-x86_64 -machine q35,accel=kvm,kernel-irqchip=split -device intel-iommu,intremap=on \
  -cpu host,-x2apic,kvm-pv-eoi=off -device vfio-pci,host=01:00.0,x-intx-mmap-timeout-ms=0
