# --host qemu=4.2,kernel=5.4 --guest msi=off
qemu-system-x86_64 -machine q35,accel=kvm,kernel-irqchip=split -device vfio-pci,host=01:00.0
