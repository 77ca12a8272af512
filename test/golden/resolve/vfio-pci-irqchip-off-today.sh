qemu-system-x86_64 -machine q35,accel=kvm,kernel_irqchip=off -device vfio-pci,host=01:00.0
