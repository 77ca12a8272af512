#!/bin/sh
# The same device as in xgmac.sh in the JSON form, which QEMU takes since 6.2.
exec qemu-system-aarch64 -machine virt,accel=kvm,gic-version=2 -cpu host -m 1024 -nographic \
  -kernel /boot/vmlinuz \
  -device '{"driver": "vfio-calxeda-xgmac", "id": "eth0", "host": "fff51000.ethernet", "x-irqfd": false, "mmap-timeout-ms": 110}'
