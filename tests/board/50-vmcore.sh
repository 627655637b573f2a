# What a panic starts by itself: a fresh kernel, or one that saves the memory first.

# helper_crash_kernel MODE [LINE…]: a board configured so, up, its crash kernel loaded
helper_crash_kernel() {
	local mode=$1 i
	shift
	kdev -q down >/dev/null 2>&1
	printf '[board %s]\ntype = virtual\ncrash_kernel = %s\n' "$board" "$mode" >"$work/kdev.conf"
	[ $# = 0 ] || printf '%s\n' "$@" >>"$work/kdev.conf"
	helper_armed
}

# What says that it is loaded is a heartbeat after this line.
helper_armed() {
	local i
	kdev_exits 0 up || return 1
	for i in $(seq 300); do
		awk '/kdev-init: ready/ { ok = 0 } /kdev-init: crash kernel: loaded/ { ok = 1 } END { exit !ok }' \
			"$S/boards/$board/console.raw" && sleep 1.5 && return 0
		sleep 0.2
	done
	echo "no crash kernel was loaded"
	tail -3 "$S/boards/$board/console.raw"
	return 1
}

helper_no_crash_kernel() {
	kdev -q down >/dev/null 2>&1
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
}

# Without the firmware: its banners are not in what the run recorded.
helper_kexec_was_it() {
	record_is_valid && json "$(last_run)/run.json" '[r["resets"][0][k] for k in ("method","verified")]==["kexec",True]' &&
		! grep -aq 'SeaBIOS' "$(last_run)/console.raw"
}

a_panic_starts_a_fresh_kernel_without_the_firmware() {
	helper_crash_kernel restart &&
		kdev_exits 3 run --settle 0ms "$M/panic.ko" && helper_kexec_was_it &&
		json "$(last_run)/run.json" 'len(r["crashes"])==1 and r["boots"][-1]["firmware_us"] is None' &&
		kdev_exits 0 run --settle 0ms "$M/good.ko" && json "$(last_run)/run.json" 'r["resets"]==[]'
}

an_oops_does_too_on_either_cpu_time_after_time() {
	local cpu
	for cpu in 1 2 3; do
		helper_armed && kdev_exits 3 run --settle 0ms "$M/null_deref.ko" && helper_kexec_was_it || return 1
	done
	kdev_exits 0 run --no-test --settle 0ms "$M/good.ko"
}

# With the root's own program and libraries: the host need not have any.
helper_dmesg_of() {
	local r=${XDG_CACHE_HOME:-/var/cache}/kdev/rootfs l
	l=$r/usr/lib/x86_64-linux-gnu
	rm -f "$work/dmesg"
	"$l/ld-linux-x86-64.so.2" --library-path "$l" "$r/usr/bin/makedumpfile" --dump-dmesg "$1" "$work/dmesg" >/dev/null 2>&1
}

a_panic_leaves_a_core_that_opens_and_the_next_run_passes() {
	helper_crash_kernel vmcore &&
		kdev_exits 3 run --settle 0ms "$M/null_deref.ko" && says 'crash /usr/lib/debug/boot/vmlinux-.*/vmcore' &&
		helper_kexec_was_it &&
		json "$(last_run)/run.json" 'len(r["crashes"])==1 and r["vmcores"][0]["whole"] and r["vmcores"][0]["command"].startswith("crash ")' &&
		helper_dmesg_of "$(last_run)/vmcore" && grep -q 'BUG: kernel NULL pointer dereference' "$work/dmesg" &&
		grep -q 'null_deref' "$work/dmesg" && [ ! -e "$(last_run)/vmcore.part" ] &&
		kdev_exits 0 run --settle 0ms "$M/good.ko"
}

# The NMI's panic starts the crash kernel before the console has said a word of it.
a_hard_lockup_leaves_its_evidence_in_the_core() {
	helper_armed && kdev_exits 4 run --settle 0ms "$M/hard_lockup.ko" && helper_kexec_was_it &&
		helper_dmesg_of "$(last_run)/vmcore" && grep -q 'RIP: .*hard_lockup' "$work/dmesg"
}

nobody_else_may_send_a_core() {
	local ns=kdev-$board
	ip netns exec "$ns" python3 - <<'EOF2'
import socket, sys
s = socket.create_connection(("10.77.0.1", 6667), 5)
s.settimeout(5)
try:
    s.sendall(b"makedumpfile" + b"\0" * 4096)
    sys.exit(0 if s.recv(1) == b"" else 1)
except ConnectionError:
    sys.exit(0)
EOF2
	[ $? = 0 ] && ! ls "$S/boards/$board/" | grep vmcore
}

a_crash_kernel_that_hangs_is_followed_by_the_reset_button() {
	local log=$S/boards/$board/console.raw before run i code
	cat >"$work/power" <<END
#!/usr/bin/env python3
import json, socket, sys
def qmp(*commands):
    s = socket.socket(socket.AF_UNIX)
    s.connect("$S/boards/$board/qmp.sock")
    f = s.makefile("rw")
    f.readline()
    for c in ("qmp_capabilities",) + commands:
        f.write(json.dumps({"execute": c}) + "\n")
        f.flush()
        while "return" not in json.loads(f.readline()):
            pass
if sys.argv[1] == "reset":
    qmp("system_reset", "cont")
elif sys.argv[1] == "hang":
    qmp("stop")
else:
    sys.exit(2)
END
	chmod +x "$work/power"
	helper_crash_kernel vmcore 'power = command' "power_device = $work/power" 'recovery = reset' || return 1
	before=$(grep -ac 'Linux version' "$log")
	"$BUILD/kdev" --config "$work/kdev.conf" run --settle 0ms "$M/panic.ko" >"$work/hang" 2>&1 &
	run=$!
	for i in $(seq 600); do [ "$(grep -ac 'Linux version' "$log")" -gt "$before" ] && break; sleep 0.05; done
	"$work/power" hang
	wait $run
	code=$?
	[ $code = 3 ] && record_is_valid &&
		json "$(last_run)/run.json" '[r["resets"][0][k] for k in ("method","verified")]==["reset",True] and r["vmcores"]==[]' &&
		grep -q 'the crash kernel is stuck: its boot got stuck' "$(last_run)/timeline.log"
	code=$?
	[ $code = 0 ] || cat "$work/hang"
	helper_no_crash_kernel
	return $code
}

# Memory that survives a reset: here the last MiB but one below the ACPI tables, at 1 GiB.
records_of_pstore_are_kept_and_removed_from_the_board() {
	helper_no_crash_kernel
	printf 'cmdline = memmap=1M$0x3fe00000 ramoops.mem_address=0x3fe00000 ramoops.mem_size=0x100000 ramoops.record_size=0x10000\n' >>"$work/kdev.conf"
	local records code
	kdev_exits 0 up && sleep 3 && kdev_exits 3 run --settle 0ms "$M/panic.ko" && sleep 3
	code=$?
	records=$(ls "$(last_run)"/pstore-*.txt) &&
		grep -q '==> dmesg-ramoops-' "$records" && grep -q 'the device is on fire' "$records" &&
		kdev_exits 0 run --settle 0ms --test '[ -z "$(ls /sys/fs/pstore)" ]' "$M/good.ko" || code=1
	helper_no_crash_kernel
	return $code
}

the_next_run_without_one_passes() { kdev_exits 0 run --settle 0ms "$M/good.ko"; }
