qemu-system-aarch64 -accel kvm -machine virt,gic-version=3 \
  -device vfio-platform,sysfsdev=/sys/bus/platform/devices/fff51000.ethernet,x-irqfd=on \
  -device virtio-net-pci,netdev=n0 -netdev user,id=n0
