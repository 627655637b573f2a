# A user of a group, who is nobody else in this machine, has boards by kdev-privileged, and nothing more.

user=4242 group=4343
u=$work/user

# as_user GROUP COMMAND…: nothing of root's is left to it
helper_as_user() {
	local in=$1
	shift
	env -i -C / PATH=/usr/bin:/bin HOME="$u" TERM=dumb XDG_STATE_HOME="$u/state" XDG_CACHE_HOME="${XDG_CACHE_HOME:-/var/cache}" \
		KDEV_PRIVILEGED="$work/run/privileged.sock" \
		setpriv --reuid $user --regid $user --groups "$in" --bounding-set=-all --inh-caps=-all "$@"
}
helper_user_exits() {
	local want=$1 code
	shift
	helper_as_user $group "$u/kdev" --config "$u/kdev.conf" "$@" >"$out" 2>&1 </dev/null
	code=$?
	[ "$code" = "$want" ] && return 0
	echo "as a user, kdev $*: exit $code, expected $want; it said:"
	cat "$out" "$work/privileged.log"
	return 1
}

# helper_daemon LINE…: (re)start it with these lines in its configuration
helper_daemon() {
	[ ! -e "$work/privileged.pid" ] || helper_daemon_ends
	mkdir -p "$u" "$work/run"
	chmod 711 "$work"
	chown $user:$user "$u"
	printf '%s\n' "roots = ${XDG_CACHE_HOME:-/var/cache}/kdev" "$@" >"$work/privileged.conf"
	"$BUILD/kdev-privileged" --socket "$work/run/privileged.sock" --group $group --state "$work/privileged" \
		--config "$work/privileged.conf" >>"$work/privileged.log" 2>&1 &
	echo $! >"$work/privileged.pid"
	for i in $(seq 50); do [ -S "$work/run/privileged.sock" ] && break; sleep 0.1; done
}
helper_daemon_ends() {
	kill "$(cat "$work/privileged.pid")"
	rm "$work/privileged.pid" "$work/run/privileged.sock"
}

# ask GROUP KEY=VALUE…: a request as no kdev would send it. It prints the reply's errno and text.
helper_ask() {
	local in=$1
	shift
	helper_as_user "$in" python3 -c '
import socket, struct, sys
a = dict(x.split("=", 1) for x in sys.argv[2:])
values = [a.get(k, d) for k, d in (("type", "virtual"), ("mac", "52:54:00:6b:64:01"), ("address", "10.77.0.2"),
	("server", "10.77.0.1"), ("prefix", "24"), ("dhcp", "server"), ("interface", ""))]
rq = struct.pack("<5I32s", 1, int(a["op"]), int(a.get("what", 0)), 0, int(a.get("signal", 0)), a.get("name", "raw").encode())
rq += b"".join(struct.pack("24s", v.encode()) for v in values) + struct.pack("1024s", a.get("path", "").encode())
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
try:
	s.connect(sys.argv[1])
	s.send(rq[:int(a.get("cut", len(rq)))])
	r = s.recv(4096)
	print(struct.unpack("<i", r[:4])[0], r[8:].split(b"\0")[0].decode())
except OSError as e:
	print(-e.errno, e.strerror)' "$work/run/privileged.sock" "$@" >"$out" 2>&1
}
helper_refused() { helper_ask $group "${@:2}" && says "$1" && says '^-'; }

a_user_of_the_group_runs_a_module_without_being_root() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/kdev
	helper_daemon 'any_filesystem = yes'
	cp -r "$BUILD/kdev" "$BUILD/client" "$M/good.ko" "$u"
	printf '[board %s]\ntype = virtual\n' "$board" >"$u/kdev.conf"
	kdev_exits 0 -q setup --group $group || return 1
	[ "$(stat -c '%a %u:%g' "$cache" "$cache/keys" "$cache/keys/id_ed25519" "$cache/keys/host_ed25519" | tr '\n' ' ')" = \
		"750 0:$group 750 0:$group 640 0:$group 600 0:0 " ] || { ls -la "$cache" "$cache/keys"; return 1; }
	helper_user_exits 0 run --settle 0ms "$u/good.ko" && says 'PASS  good' || return 1
	helper_user_exits 0 --json status || return 1
	json "$out" 'all(r["services"].values())' || return 1
	# What runs as whom, with which capabilities: nfs and rpcbind alone are not the user's.
	python3 - "$out" $user <<-'E' || return 1
	import json, sys
	want = {"rpcbind": "4c0", "nfs": "c4", "dnsmasq": "3400", "boot-server": "0", "qemu": "0"}
	for name, pid in json.load(open(sys.argv[1]))["services"].items():
	    st = dict(l.split(":\t", 1) for l in open(f"/proc/{pid}/status").read().splitlines() if ":\t" in l)
	    mine = st["Uid"].split()[0] == sys.argv[2]
	    assert mine == (name in ("dnsmasq", "boot-server", "qemu")), (name, st["Uid"])
	    assert int(st["CapBnd"], 16) == int(want[name], 16) and int(st["CapPrm"], 16) & ~int(want[name], 16) == 0, (name, st)
	E
	helper_user_exits 0 doctor || return 1
}

its_board_outlives_its_attendant_and_its_nfs_server() {
	helper_user_exits 0 --json status && cp "$out" "$work/before" || return 1
	kill -9 $(python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); print(r["pid"], r["services"]["nfs"])' "$work/before")
	helper_user_exits 0 run --settle 0ms "$u/good.ko" && helper_user_exits 0 --json status || return 1
	json "$out" "r['services']['qemu'] == $(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["services"]["qemu"])' "$work/before") and all(r['services'].values())"
}

its_servers_are_ended_by_their_user_alone() {
	local nfs
	helper_user_exits 0 --json status || return 1
	nfs=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["services"]["nfs"])' "$out")
	helper_as_user $group kill -9 "$nfs" 2>/dev/null && { echo "a user killed root's nfs server"; return 1; }
	helper_user_exits 0 -q down || return 1
	[ ! -e "/run/netns/kdev-$user.$board" ] && ! grep -q '^State:.[^Z]' "/proc/$nfs/status" 2>/dev/null ||
		{ cat "/proc/$nfs/status"; ls /run/netns; echo "kdev down left something"; return 1; }
}

who_is_not_in_the_group_gets_nothing() {
	helper_as_user $user "$u/kdev" --config "$u/kdev.conf" up >"$out" 2>&1 && return 1
	says 'kdev setup --group' || return 1
	# Not even with an open connection that somebody passed on: the kernel says who made it.
	chmod 666 "$work/run/privileged.sock"
	helper_ask $user op=1 && says '^-13 user 4242 is not in the group' || return 1
	chmod 660 "$work/run/privileged.sock"
	[ ! -e "/run/netns/kdev-$user.raw" ]
}

a_user_gets_no_root_but_kdevs() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/kdev
	mkdir -p "$cache/roots/open-$board" && ln -sfn / "$cache/roots/symlink-$board" && chmod 777 "$cache/roots/open-$board"
	helper_refused 'expected one that kdev setup has made' op=4 what=1 path=/etc &&
		helper_refused 'expected one that kdev setup has made' op=4 what=1 "path=$cache/keys" &&
		helper_refused 'expected one that kdev setup has made' op=4 what=1 "path=$u" &&
		helper_refused 'an absolute one' op=4 what=1 "path=$cache/roots/../../../../etc" &&
		helper_refused 'an absolute one' op=4 what=1 "path=$cache/rootfs\";" &&
		helper_refused 'expected one that kdev setup has made' op=4 what=1 "path=$cache/roots/.." &&
		helper_refused 'symbolic link' op=4 what=1 "path=$cache/roots/symlink-$board" &&
		helper_refused 'others than root' op=4 what=1 "path=$cache/roots/open-$board"
	local rc=$?
	rm -r "$cache/roots/symlink-$board" "$cache/roots/open-$board"
	return $rc
}

a_user_gets_no_card_but_those_allowed() {
	ip link add "kp-$board" type veth peer name "kq-$board"
	helper_refused 'an administrator' op=1 type=bare "interface=kp-$board" &&
		helper_refused 'an administrator' op=1 type=bare interface=macvlan:lo &&
		helper_daemon "interface = macvlan:kp-$board" &&
		helper_refused 'an administrator' op=1 type=bare "interface=kp-$board" &&
		helper_ask $group op=1 type=bare "interface=macvlan:kp-$board" && says '^0' &&
		helper_ask $group op=2 type=bare "interface=macvlan:kp-$board" && says '^0'
	local rc=$?
	ip link del "kp-$board"
	return $rc
}

a_root_beside_other_files_is_refused() {
	mountpoint -q "${XDG_CACHE_HOME:-/var/cache}/kdev" && { echo "the cache has a file system of its own"; return 77; }
	helper_daemon
	helper_refused 'any_filesystem' op=4 what=1 "path=${XDG_CACHE_HOME:-/var/cache}/kdev/rootfs"
}

a_user_who_asks_and_says_nothing_keeps_no_other_from_an_answer() {
	local pid since rc
	helper_as_user $group python3 -c '
import socket, sys, time
held = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for i in range(40)]
for s in held:
	s.connect(sys.argv[1])
print("held", flush=True)
time.sleep(60)' "$work/run/privileged.sock" >"$work/held" 2>&1 &
	pid=$!
	for i in $(seq 50); do grep -q held "$work/held" && break; sleep 0.1; done
	since=$SECONDS
	user=4244 helper_refused '^-22' op=99 && [ $((SECONDS - since)) -lt 5 ]
	rc=$?
	pkill -P $pid
	wait $pid
	[ $rc = 0 ] || { echo "after $((SECONDS - since)) s"; cat "$work/held"; }
	return $rc
}

requests_that_make_no_sense_are_refused() {
	helper_refused "a board's name" op=1 name=../x &&
		helper_refused "a board's name" op=1 name= &&
		helper_refused "a board's name" op=1 name=12345678901234567890123456789012 &&
		helper_refused 'too long' op=1 name=1234567890123456789012345678901 &&
		helper_refused '^-22 mac:' op=1 mac=--help &&
		helper_refused '^-22 server:' op=1 server=127.0.0.1 &&
		helper_refused '^-22 prefix:' op=1 prefix=0 &&
		helper_refused '^-22' op=99 && helper_refused '^-22' op=3 what=99 && helper_refused '^-22' op=4 what=99 &&
		helper_refused '^-22' op=5 what=0 signal=19 && helper_refused '^-3' op=5 what=0 signal=9 &&
		helper_refused 'absolute' op=4 what=2 'path=/tmp,br1' && helper_refused 'absolute' op=4 what=2 path=tftp &&
		helper_refused 'of another version' op=1 cut=100
	local rc=$?
	helper_daemon_ends
	chown 0:0 "${XDG_CACHE_HOME:-/var/cache}/kdev"{,/keys,/keys/id_ed25519}
	chmod 755 "${XDG_CACHE_HOME:-/var/cache}/kdev"
	chmod 700 "${XDG_CACHE_HOME:-/var/cache}/kdev/keys"
	chmod 600 "${XDG_CACHE_HOME:-/var/cache}/kdev/keys/id_ed25519"
	return $rc
}
