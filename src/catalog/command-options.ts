/**
 * The options of the QEMU command line themselves, to know which word is an option's value. From
 * `qemu-system-x86_64 --help` and `qemu-system-aarch64 --help` of QEMU 7.2 (Debian 12) and the `DEF` lines of
 * `qemu-options.hx`; options that are gone (`-no-kvm`, `-soundhw`, …) are kept, since old scripts have them.
 */

const WITHOUT_VALUE = `
  S alt-grab async-teardown audio-help ctrl-grab curses daemonize enable-fips enable-hax enable-kvm
  enable-nesting enable-sync-profile full-screen h help jitdump localtime mem-prealloc no-acpi
  no-fd-bootchk no-frame no-hpet no-kvm no-kvm-irqchip no-kvm-pit no-kvm-pit-reinjection no-quit
  no-reboot no-shutdown no-user-config nodefaults nodefconfig nographic old-param only-migratable
  perfmap portrait preconfig rtc-td-hack s sdl semihosting show-cursor singlestep snapshot tdf usb
  version virtfs_synth win2k-hack xen-attach xen-create xen-domid-restrict
`;

const WITH_VALUE = `
  D L M accel acpitable action add-fd append audio audiodev balloon bios blockdev boot bootp bt cdrom
  chardev chroot clock compat cpu d debugcon device dfilter display drive dtb dump-vmstate echr fda fdb
  fsdev fw_cfg g gdb global hda hdachs hdb hdc hdd icount igvm incoming initrd iscsi k kernel
  kvm-shadow-memory loadvm m machine mem-path mon monitor msg mtdblock name net netdev nic numa object
  option-rom overcommit parallel pflash pidfile plugin prom-env qmp qmp-pretty qtest qtest-log
  readconfig realtime redir rotate rtc run-with runas sandbox sd seed semihosting-config serial set shim
  smb smbios smp soundhw spice startdate tb-size tftp tpmdev trace usbdevice uuid vga virtfs
  virtioconsole vnc watchdog watchdog-action writeconfig xen-domid
`;

const FLAGS: ReadonlySet<string> = new Set(words(WITHOUT_VALUE));
const VALUED: ReadonlySet<string> = new Set(words(WITH_VALUE));

/** Whether the word behind `-name` belongs to it: `none`, `one`, or `unknown` if QEMU has no such option. */
export function valueOf(name: string): 'none' | 'one' | 'unknown' {
  if (FLAGS.has(name)) return 'none';
  return VALUED.has(name) ? 'one' : 'unknown';
}

/** Names of all options of the command line, without dashes. */
export function commandOptionNames(): readonly string[] {
  return [...VALUED, ...FLAGS];
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
