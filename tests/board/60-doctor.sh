# kdev doctor: what it finds of a board that is well, of one whose parts are not there, and whether reset reboots.

# A recovery that did not help at once, in a test before this one, would be a warning.
helper_forget_recoveries() { kdev -q down && rm -f "$S/boards/$board/memory.json"; }

helper_nothing_to_do() {
	says '^[0-9]+ ok, nothing to do$' >/dev/null || { grep -vE '^(ok|-) ' "$out"; return 1; }
}

a_board_that_is_well_has_nothing_that_fails() {
	helper_forget_recoveries
	kdev_exits 0 up && kdev_exits 0 doctor -v && says '^ok   console, BREAK: the kernel answers SysRq' &&
		says '^ok   network, NFS: TCP port 2049 is served' && says '^ok   power, state: the board is on' &&
		says '^-    reset, reset reboots: not tried without --press' && helper_nothing_to_do &&
		kdev_exits 0 --json doctor 2>/dev/null && python3 -c 'import json,sys
r = json.loads(open(sys.argv[1]).read()[open(sys.argv[1]).read().index("["):])
assert len(r) > 15 and all(c["result"] in ("ok", "skip") and (c["fix"] is None) for c in r), r' "$out"
}

a_reset_is_proven_by_another_boot() {
	kdev_exits 129 doctor --press && says 'needs --yes' &&
		kdev_exits 0 doctor --press --yes && says '^ok   reset, reset reboots: another boot id, [0-9.]+ s after power reset'
}

what_is_missing_is_one_line_with_one_fix() {
	local code
	kdev -q down
	printf '[board %s]\ntype = virtual\npower = lcus\npower_device = %s\nreset_button = 2\nconsole = serial:/dev/no-such-port\n' \
		"$board" "$work/no-such-relay" >"$work/kdev.conf"
	kdev_exits 125 doctor && says '^FAIL console, port: /dev/no-such-port: No such file.*; fix: plug it in' &&
		says '^FAIL power, device: .*no-such-relay: No such file.*; fix: ' && says '^FAIL power, relays open: .*no-such-relay' &&
		says '^warn power, buttons: there is one way .*; fix: wire a second' && says '^warn power, times: .*kdev power learn' &&
		says '^[0-9]+ ok, 2 warnings, 3 failures$'
	code=$?
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
	return $code
}

helper_doctor_of() {
	printf '[board %s]\ntype = bare\ninterface = %s\nmac = 52:54:00:aa:bb:cc\nconsole = serial:/dev/no-such-port\npower = lcus\npower_device = %s\nreset_button = 2\n' \
		"$board" "$1" "$work/no-such-relay" >"$work/kdev.conf"
	kdev_exits 125 doctor -v
}

what_the_host_uses_a_card_for_is_looked_at_before_it_is_taken() {
	local card=kd-$board bridge=kb-$board code
	kdev -q down
	ip link del "$bridge" 2>/dev/null
	ip link add "$card" type veth peer name "kp-$board" && ip link add "$bridge" type bridge &&
		helper_doctor_of "$card" && says "^ok   card, use: the host does not use $card" &&
		ip addr add 192.0.2.1/24 dev "$card" && helper_doctor_of "$card" &&
		says "^warn card, use: the host's address 192\.0\.2\.1 on $card is lost .*; fix: set interface = macvlan:$card" &&
		helper_doctor_of "macvlan:$card" && says "^ok   card, sharing: $card can be shared" &&
		ip link set "$card" master "$bridge" && helper_doctor_of "macvlan:$card" &&
		says "^FAIL card, use: $card is part of $bridge: .*; fix: set interface = macvlan:$bridge" &&
		helper_doctor_of no-card && says '^FAIL card, there: there is no network card no-card; fix: '
	code=$?
	ip link del "$card"
	ip link del "$bridge"
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
	return $code
}

another_dhcp_server_on_the_segment_is_named() {
	local site=site-$board card=kd-$board code pid
	kdev -q down
	ip netns del "$site" 2>/dev/null
	ip netns add "$site" && ip link add "$card" type veth peer name wire netns "$site" &&
		ip -n "$site" addr add 192.168.77.1/24 dev wire && ip -n "$site" link set wire up &&
		ip link set "$card" up || return 1
	ip netns exec "$site" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --pid-file= --user=root \
		--interface=wire --bind-interfaces --dhcp-range=192.168.77.50,192.168.77.60 \
		--dhcp-leasefile="$work/site.leases" --log-facility=- >"$work/site.log" 2>&1 &
	pid=$!
	for i in $(seq 50); do grep -q 'sockets bound' "$work/site.log" && break; sleep 0.1; done
	helper_doctor_of "$card" && says '^FAIL network, other DHCP: 192\.168\.77\.1 serves this segment as well: .*; fix: '
	code=$?
	kill $pid
	wait $pid
	[ $code = 0 ] && kdev_exits 125 doctor && says "^ok   network, other DHCP: no other server offers an address on $card"
	code=$?
	ip link del "$card"
	ip netns del "$site"
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
	return $code
}
