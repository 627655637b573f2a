# The host or the network is away in the middle of a test: the board is not reset, the test is not lost.
# OUTAGES=20 OUTAGE_S=60 for a long trial.

OUTAGES=${OUTAGES:-1}
OUTAGE_S=${OUTAGE_S:-25}

# helper_outage STATE COMMAND-TO-BREAK COMMAND-TO-MEND: once, in the middle of a test that reads its root
helper_outage() {
	local run i state=
	kdev -q up && "$BUILD/kdev" --config "$work/kdev.conf" run --settle 0ms --test-timeout "${OUTAGE_S}s" --test \
		'for n in 1 2 3 4 5; do echo 3 >/proc/sys/vm/drop_caches; cat /usr/bin/[ab]* >/dev/null 2>&1; sleep 1; done; echo through' \
		"$M/good.ko" >"$work/outage" 2>&1 &
	run=$!
	for i in $(seq 300); do grep -q '"test"' "$(last_run)/run.json" 2>/dev/null && break; sleep 0.1; done
	sleep 1
	eval "$2"
	sleep "$OUTAGE_S"
	kdev_exits 0 status && says "$1" && state=$1
	eval "$3"
	wait $run || { cat "$work/outage"; return 1; }
	grep -q 'through' "$work/outage" && json "$(last_run)/run.json" 'r["resets"]==[]' && [ -n "$state" ]
}

helper_outages() {
	local i began
	kdev_exits 0 run --no-test --settle 0ms "$M/good.ko" || return 1
	for i in $(seq "$OUTAGES"); do
		began=$SECONDS
		helper_outage "$@" || { echo "outage $i of $OUTAGES"; return 1; }
		[ "$OUTAGES" = 1 ] || echo "       outage $i: $OUTAGE_S s away, the test passed $((SECONDS - began)) s after its start" >&2
	done
}

helper_tap() { ip -n "kdev-$board" link set tap0 "$1"; }
helper_cable() { # on|off: what the board's NIC sees of its link
	python3 - "$S/boards/$board/qmp.sock" "$1" <<'END'
import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
f = s.makefile("rw")
f.readline()
def do(command, **args):
    f.write(json.dumps({"execute": command, "arguments": args}) + "\n")
    f.flush()
    while True:
        r = json.loads(f.readline())
        if "return" in r or "error" in r:
            return r
do("qmp_capabilities")
r = do("set_link", name="net0", up=sys.argv[2] == "on")
sys.exit("error" in r and str(r))
END
}

an_nfs_server_that_is_away_costs_no_reset_and_no_test() {
	local pid
	pid=$(kdev -q up && pid_of nfs) && helper_outages nfs-stalled "kill -STOP $pid" "kill -CONT $pid"
}

a_network_that_is_down_costs_no_reset_and_no_test() { helper_outages network-lost 'helper_tap down' 'helper_tap up'; }
a_cable_that_is_pulled_costs_no_reset_and_no_test() {
	helper_long || return
	local code
	kdev -q down # QEMU's monitor serves one client: us, and not kdev's power driver
	printf '[board %s]\ntype = virtual\npower = command\npower_device = /bin/true\n' "$board" >"$work/kdev.conf"
	helper_outages network-lost 'helper_cable off' 'helper_cable on'
	code=$?
	kdev -q down
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
	return $code
}

a_dhcp_server_that_is_away_costs_a_running_board_nothing() {
	local pid
	pid=$(kdev -q up && pid_of dnsmasq) && helper_outages ready "kill -STOP $pid" "kill -CONT $pid"
}
