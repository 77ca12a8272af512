#!/bin/sh
exec qemu-system-aarch64 -M virt,accel=kvm,gic-version=2 -cpu host -smp 2 -m 512 \
  -device '{"driver":"vfio-calxeda-xgmac","host":"fff51000.ethernet","x-irqfd":false}'
