#!/bin/sh
# Gives the Calxeda xgmac of an Arm host to a guest, with its interrupts handled in QEMU.
#
# The device must be bound to the VFIO platform driver first:
#   echo vfio-platform > /sys/bus/platform/devices/fff51000.ethernet/driver_override
#   echo fff51000.ethernet > /sys/bus/platform/drivers/vfio-platform/bind
set -eu

KERNEL=${KERNEL:-/boot/vmlinuz}
INITRD=${INITRD:-/boot/initrd.img}

exec qemu-system-aarch64 \
  -name xgmac,debug-threads=on \
  -machine virt,accel=kvm,gic-version=2 \
  -cpu host -smp 1 -m 1024 \
  -kernel "$KERNEL" -initrd "$INITRD" \
  -append "console=ttyAMA0 root=/dev/vda" \
  -nographic -no-reboot \
  -device vfio-calxeda-xgmac,host=fff51000.ethernet,x-irqfd=off,mmap-timeout-ms=1100
