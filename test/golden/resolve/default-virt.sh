qemu-system-aarch64 -machine virt,accel=kvm,gic-version=3 -cpu host
