# On the host of a bench: nothing that kdev meets here is made for tests, but the board at the other end.

helper_good() { kdev_exits 0 run --settle 0ms --no-test "$M/good.ko"; }
helper_presses() { grep -c "relay: .* $1 closed" /wires/log; }

the_host_has_the_benchs_devices_by_their_real_drivers() {
	local relay=/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_1-if00-port0
	[ -c "$relay" ] || { echo "no $relay:"; ls -l /dev/serial/by-id; return 1; }
	[ "$(basename "$(readlink -f "/sys/class/tty/$(basename "$(readlink -f "$relay")")/device/driver")")" = ftdi_sio ] &&
		grep -q '^1: uart:16550A' /proc/tty/driver/serial &&
		[ "$(basename "$(readlink -f /sys/class/net/eth0/device/driver)")" = e1000e ] &&
		modprobe nfsd && grep -qw nfsd /proc/filesystems
}

udevs_rules_keep_modem_searchers_from_the_relay() {
	udevadm info -q property /dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_1-if00-port0 >"$out"
	says '^ID_MM_PORT_IGNORE=1' && [ "$(stat -c %G /dev/ttyUSB0)" = dialout ]
}

kdev_is_set_up_and_doctor_finds_the_bench_well() {
	kdev_exits 0 setup && kdev_exits 0 doctor && ! says '^FAIL' >/dev/null &&
		says "^ok   tools, NFS server: the kernel's nfsd \(nfs = auto" && says '^ok   console, port' &&
		says '^ok   power, relays open' || { cat "$out"; return 1; }
}

up_presses_the_power_button_and_the_board_boots_from_the_kernels_nfs_server() {
	! grep -q 'power on' /wires/log && kdev_exits 0 up && grep -q 'power on' /wires/log &&
		grep -q '^3 \|^proc3 ' <(in_network cat /proc/net/rpc/nfsd) &&
		[ "$(in_server cat /proc/fs/nfsd/threads)" = 8 ] &&
		[ "$(in_server cat /proc/fs/nfsd/versions)" = "+3 -4 -4.0 -4.1 -4.2" ] ||
		{ in_server cat /proc/fs/nfsd/versions /proc/fs/nfsd/threads /proc/net/rpc/nfsd; cat /wires/log; return 1; }
}

the_root_is_exported_read_only_and_to_the_board_alone() {
	in_server cat /proc/fs/nfsd/exports >"$out"
	[ "$(grep -vc '^#' "$out")" = 1 ] && says '^/var/cache/kdev/rootfs	10\.77\.0\.2/32\(ro,' && says 'no_root_squash' &&
		! says '[(,]rw' >/dev/null && in_server exportfs -s >"$out" &&
		[ "$(wc -l <"$out")" = 1 ] || { cat "$out"; return 1; }
}

the_hosts_own_exports_are_not_touched() {
	! mountpoint -q /proc/fs/nfsd && [ ! -s /var/lib/nfs/etab ] && [ ! -e /proc/net/rpc/nfsd.export/content ] ||
		! grep -v '^#' /proc/net/rpc/nfsd.export/content
}

a_good_module_passes() {
	helper_good
}

a_crash_is_told_with_its_title_and_source_line_and_the_board_comes_back() {
	kdev_exits 3 run "$M/null_deref.ko" && says 'NULL pointer dereference' && says 'null_deref.c:[0-9]' && helper_good
}

a_hang_with_interrupts_off_is_ended_by_the_relay() {
	local before
	before=$(grep -c system_reset /wires/log)
	kdev_exits 4 run "$M/hard_lockup.ko" && says 'hard_lockup' && [ "$(grep -c system_reset /wires/log)" -gt "$before" ] && helper_good
}

doctor_finds_nothing_wrong_with_a_board_that_is_up() {
	kdev_exits 0 doctor && says '^ok   network, NFS: TCP port 2049 is served' && says '^ok   network, services: all 4 run'
}

a_server_that_is_killed_comes_back_and_the_board_goes_on() {
	local old
	old=$(nfs_pid) && kill -9 "$old" || return 1
	for i in $(seq 100); do [ -n "$(nfs_pid)" ] && [ "$(nfs_pid)" != "$old" ] && break; sleep 0.2; done
	helper_good && [ "$(in_server cat /proc/fs/nfsd/threads)" = 8 ] &&
		[ "$(pgrep -c rpc.mountd)" = 1 ] && kdev_exits 0 status || { ps ax; return 1; }
}

the_power_button_switches_off_and_on() {
	kdev_exits 0 power hold && grep -q 'held: power off' /wires/log || { tail -5 /wires/log; return 1; }
	local before
	before=$(grep -c 'power on' /wires/log)
	helper_good && [ "$(grep -c 'power on' /wires/log)" -gt "$before" ]
}

down_leaves_no_export_no_service_and_gives_the_card_back() {
	kdev_exits 0 down || return 1
	! pgrep -lx 'kdev|rpc\.mountd|rpcbind|dnsmasq|nfsd' && [ ! -e /run/netns/kdev-bench ] &&
		[ -d /sys/class/net/eth0 ] || { ps ax; ip link; return 1; }
}

a_killed_servers_export_is_gone_after_down() {
	kdev_exits 0 up && kill -9 "$(attendant_pid)" "$(nfs_pid)" &&
		down_leaves_no_export_no_service_and_gives_the_card_back
}

a_night_runs_as_a_unit_and_takes_the_board_down_at_its_end() {
	echo "KDEV_LOOP=--count 2 $M/good.ko" >/etc/kdev/loop-bench.env
	systemctl start kdev-loop@bench || { systemctl status kdev-loop@bench; return 1; }
	for i in $(seq 120); do systemctl is-active -q kdev-loop@bench || break; sleep 1; done
	journalctl -q -o cat -u kdev-loop@bench >"$out"
	says '2 iterations, 2 as expected' && [ "$(systemctl show -P Result kdev-loop@bench)" = success ] &&
		[ ! -e /run/netns/kdev-bench ] || { systemctl status kdev-loop@bench; cat "$out"; return 1; }
}

# From here on the board is another user's.
helper_as_alice() {
	runuser -u alice -- env HOME=/home/alice XDG_STATE_HOME=/home/alice/state kdev "$@" >"$out" 2>&1 </dev/null
}
helper_alice_exits() {
	local want=$1 code
	shift
	helper_as_alice "$@"
	code=$?
	[ "$code" = "$want" ] || {
		echo "alice's kdev $*: exit $code, expected $want; it said:"
		cat "$out" /home/alice/state/kdev/boards/bench/*.log
		journalctl -q -o cat -u kdev-privileged
		return 1
	}
}

a_user_of_the_group_runs_modules_by_the_socket_unit() {
	systemd-sysusers && useradd -m -G kdev,dialout alice || return 1
	printf '%s\n' 'interface = eth0' 'any_filesystem = yes' >/etc/kdev/privileged.conf
	kdev_exits 0 setup --group kdev && systemctl enable --now kdev-privileged.socket >"$out" 2>&1 || { cat "$out"; return 1; }
	[ "$(stat -c '%U:%G %a' /run/kdev/privileged.sock)" = 'root:kdev 660' ] || { ls -l /run/kdev; return 1; }
	helper_alice_exits 0 run --no-test "$M/good.ko" && helper_alice_exits 3 run "$M/null_deref.ko" &&
		says 'NULL pointer dereference' && says 'null_deref.c:[0-9]' && helper_alice_exits 0 doctor
}

what_runs_for_a_user_has_the_rights_of_the_user_and_no_more() {
	ps -eo user:16,args >"$out"
	says '^alice +.*attendant' && says '^alice +.*dnsmasq' && says '^root +.*ganesha.nfsd' &&
		! grep -E '^root .*(attendant|boot-server|dnsmasq|ssh)' "$out" &&
		[ "$(systemctl show -P CapabilityBoundingSet kdev-privileged | wc -w)" -lt 14 ]
}

a_users_down_gives_the_card_back() {
	helper_alice_exits 0 down && ! pgrep -lx 'kdev|rpcbind|dnsmasq|ganesha.nfsd' && [ -d /sys/class/net/eth0 ] &&
		[ -z "$(ls /run/netns)" ] || { ps ax; ip link; ls /run/netns; return 1; }
}
