# A bare motherboard: a machine of its own that knows nothing of kdev, on a network segment, a serial port
# and a relay's contacts. Nothing but type, interface, console and power differs from a virtual board.

# helper_bench [macvlan:|""] [uefi]
helper_bench() {
	make -s BUILD="$BUILD" "$BUILD/tests/fake-relay" "$BUILD/tests/pty_port.so" || return 1
	mkdir "$bench"
	ip netns del "mb-$board" 2>/dev/null
	ip link del "kd-$board" 2>/dev/null
	ip netns add "mb-$board" &&
		ip link add "kd-$board" type veth peer name wire netns "mb-$board" &&
		ip -n "mb-$board" link add br0 type bridge stp_state 0 forward_delay 0 &&
		ip -n "mb-$board" tuntap add tap0 mode tap &&
		ip -n "mb-$board" link set tap0 master br0 up &&
		ip -n "mb-$board" link set wire master br0 up &&
		ip -n "mb-$board" link set br0 up || return 1
	tests/fakes/motherboard "$bench" "mb-$board" 52:54:00:aa:bb:cc "$BUILD/tests/fake-relay" ${2:-} >"$bench/log" 2>&1 &
	echo $! >"$bench/pid"
	for i in $(seq 50); do [ -e "$bench/console" ] && [ -e "$bench/relay" ] && break; sleep 0.1; done
	cat >"$work/kdev.conf" <<-EOF
	[board $board]
	type = bare
	interface = ${1:-}kd-$board
	mac = 52:54:00:aa:bb:cc
	console = serial:$bench/console
	power = lcus
	power_device = $bench/relay
	power_button = 1
	reset_button = 2
	hold_time = 5s
	EOF
	kdev -q setup
}

# Each test is a shell of its own.
bench=$work/bench
helper_kdev_exits() { LD_PRELOAD="$BUILD/tests/pty_port.so" kdev_exits "$@"; }
helper_good() { helper_kdev_exits 0 run --settle 0ms --no-test "$M/good.ko"; }

helper_bench_ends() {
	kdev -q down
	kill "$(cat "$bench/pid")"
	while pgrep -F "$bench/pid" >/dev/null; do sleep 0.1; done
	rm -r "$bench"
	ip netns del "mb-$board"
	ip link del "kd-$board" 2>/dev/null
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
}

a_bare_motherboard_is_switched_on_and_runs_a_module() {
	kdev -q down
	helper_bench && helper_good && grep -q 'power on' "$bench/log" && record_is_valid || { cat "$bench/log"; return 1; }
}

its_crash_is_explained_and_it_comes_back() {
	helper_long || return
	helper_kdev_exits 3 run "$M/null_deref.ko" && says 'null_deref.c:[0-9]' && helper_good
}

its_hang_is_ended_by_the_reset_button() {
	helper_kdev_exits 4 run "$M/hard_lockup.ko" && grep -q 'system_reset' "$bench/log" && helper_good || { cat "$bench/log"; return 1; }
}

its_network_card_comes_back_to_this_machine_and_the_board_goes_on_without() {
	kdev_exits 0 down && ip link show "kd-$board" >/dev/null && kdev_exits 0 status && says 'down' &&
		helper_good && json "$(last_run)/run.json" 'r["resets"]==[]'
	local code=$?
	helper_bench_ends
	return $code
}

# One that knows the board alone: who asks by another card hears nothing of it.
helper_site_server() {
	ip -n "mb-$board" addr add 192.168.77.1/24 dev br0
	ip -n "mb-$board" addr add fd78::1/64 dev br0 nodad
	ip netns exec "mb-$board" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --pid-file= --user=root \
		--interface=br0 --bind-interfaces --dhcp-leasefile="$work/site.leases" --log-facility=- --log-dhcp \
		"$@" >"$work/site.log" 2>&1 &
	echo $! >"$work/site.pid"
	for i in $(seq 50); do grep -q 'sockets bound' "$work/site.log" && break; sleep 0.1; done
}

another_dhcp_server_is_found_before_ours_starts() {
	helper_bench || return 1
	helper_site_server --dhcp-range=192.168.77.0,static --dhcp-host=52:54:00:aa:bb:cc,192.168.77.50
	local code=1
	helper_kdev_exits 125 up && says "192\.168\.77\.1 already serves it on kd-$board and answers 52:54:00:aa:bb:cc: set dhcp = proxy" &&
		! grep -q 'power on' "$bench/log" && ! pgrep -f "boards/$board/dnsmasq.leases" >/dev/null &&
		helper_kdev_exits 125 up && helper_kdev_exits 125 doctor && says '^FAIL network, other DHCP: 192\.168\.77\.1 serves' && code=0
	kill "$(cat "$work/site.pid")"
	helper_bench_ends
	return $code
}

a_board_with_another_mac_is_told_so() {
	helper_bench macvlan: && ip link set "kd-$board" up || return 1
	sed 's/^mac = .*/mac = 04:42:1a:90:5c:77/' "$work/kdev.conf" >"$work/wrong.conf"
	printf 'boot_timeout = 15s\nboot_tries = 1\nrecovery = reset, hold\n' >>"$work/wrong.conf"
	LD_PRELOAD="$BUILD/tests/pty_port.so" "$BUILD/kdev" --config "$work/wrong.conf" up >"$out" 2>&1 </dev/null
	local code=$?
	kdev -q down
	[ $code = 125 ] && says 'DHCP heard nothing of 04:42:1a:90:5c:77, but of 52:54:00:aa:bb:cc: is that its mac'
}

# The site gives addresses and announces a router, and knows nothing of kdev.
helper_runs_beside_another_server() {
	helper_site_server --dhcp-range=192.168.77.50,192.168.77.60 --enable-ra --dhcp-range=fd78::,ra-only,64
	printf 'dhcp = proxy\naddress = 192.168.77.2\nserver = 192.168.77.3\n' >>"$work/kdev.conf"
	helper_good && grep -q 'DHCPACK.* 52:54:00:aa:bb:cc' "$work/site.log" &&
		json "$(last_run)/run.json" '" ip=192.168.77.2:192.168.77.3:" in r["kernel"]["cmdline"]' ||
		{ cat "$work/site.log" "$S/boards/$board/dnsmasq.log"; false; }
	local code=$?
	kill "$(cat "$work/site.pid")"
	return $code
}

a_network_that_has_a_dhcp_server_already_can_be_shared() {
	helper_runs_beside_another_server
	local code=$?
	helper_bench_ends
	return $code
}

a_bare_motherboard_with_uefi_runs_a_module() {
	helper_long || return
	helper_bench "" uefi && printf 'reset_timeout = 40s\n' >>"$work/kdev.conf" && helper_good &&
		grep -aq 'Welcome to GRUB' "$S/boards/$board/console.raw"
}

# By the power button: down leaves the board on.
and_beside_another_dhcp_server() {
	helper_long || return
	helper_kdev_exits 0 power hold && kdev -q down && helper_runs_beside_another_server
	local code=$?
	helper_bench_ends
	return $code
}
