# The other firmware: OVMF, which gets GRUB in place of pxelinux.

a_board_with_uefi_netboots_and_runs_a_module() {
	kdev -q down
	printf '[board %s]\ntype = virtual\nfirmware = uefi\n' "$board" >"$work/kdev.conf"
	kdev_exits 0 run --settle 0ms --no-test "$M/good.ko" && grep -aq 'Welcome to GRUB' "$S/boards/$board/serial.log"
	local code=$?
	kdev -q down
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
	return $code
}
