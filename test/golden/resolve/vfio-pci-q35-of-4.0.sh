# --host qemu=4.0,kernel=5.0
qemu-system-x86_64 -machine q35,accel=kvm -device vfio-pci,host=01:00.0
