# --host posting=on,apicv=on
qemu-system-x86_64 -machine q35,accel=kvm -device '{"driver":"vfio-pci","host":"0000:01:00.0","id":"hostdev0"}'
