#!/bin/sh
# Assigns three functions of a network card to two guests. The second guest's kernel uses no MSI, as in old benchmarks
# of INTx, so its devices interrupt by a line; for one of them KVM is kept out of it.
set -eu

KERNEL=${KERNEL:-/boot/vmlinuz}

qemu-system-x86_64 \
  -machine q35,accel=kvm -cpu host -smp 1 -m 1024 \
  -kernel "$KERNEL" -append "console=ttyS0 root=/dev/vda" \
  -device vfio-pci,host=0000:01:00.0,id=messages &

qemu-system-x86_64 \
  -machine q35,accel=kvm -cpu host -smp 1 -m 1024 \
  -kernel "$KERNEL" -append "console=ttyS0 root=/dev/vda pci=nomsi" \
  -device vfio-pci,host=0000:01:00.1,id=line \
  -device vfio-pci,host=0000:01:00.2,id=slow-line,x-no-kvm-intx=on
