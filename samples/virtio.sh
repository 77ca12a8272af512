#!/bin/sh
# A disk that QEMU serves and a network card that vhost serves: who is notified of what, and by which eventfd.
set -eu

IMAGE=${IMAGE:-disk.raw}

exec qemu-system-x86_64 \
  -name virtio,debug-threads=on \
  -machine q35,accel=kvm \
  -cpu host -smp 1 -m 1024 \
  -drive file="$IMAGE",if=none,id=disk0,format=raw \
  -device virtio-blk-pci,drive=disk0,id=vd0 \
  -netdev tap,id=net0,vhost=on \
  -device virtio-net-pci,netdev=net0,id=nic0 \
  -nographic
