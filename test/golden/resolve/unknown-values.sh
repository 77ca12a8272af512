#!/bin/bash
# Called with the device and whether to use irqfd.
HOST=$1
IRQFD=${2:-on}
GIC=2
qemu-system-aarch64 -machine virt,accel=kvm,gic-version=$GIC -nographic \
  -device "vfio-calxeda-xgmac,id=eth,host=$HOST,x-irqfd=$IRQFD" "${extra[@]}"
