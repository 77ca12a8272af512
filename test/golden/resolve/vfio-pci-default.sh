qemu-system-x86_64 -machine q35,accel=kvm -cpu host \
  -device vfio-pci,host=0000:01:00.0,id=gpu,multifunction=on,x-vga=on,romfile=/vbios.rom \
  -device vfio-pci,host=01:00.1,x-no-kvm-msi=on
