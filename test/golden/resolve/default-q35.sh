qemu-system-x86_64 -machine q35,accel=kvm -cpu host "$@"
