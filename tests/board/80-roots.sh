# Root file systems that were made for something else. Those that take long run with KDEV_TEST_LONG=1: they
# fetch packages, or boot a whole distribution.

# helper_busybox_tree DIR: a system of busybox alone, with its init, a service and one that must not start
helper_busybox_tree() {
	local t=$1 a
	[ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || {
		echo "/bin/busybox is not static: apt-get install busybox-static"
		return 77
	}
	mkdir -p "$t"/{bin,sbin,etc/init.d,proc,sys,dev,lib,tmp,root,usr/bin,usr/sbin}
	cp /bin/busybox "$t/bin/" || return 1
	for a in sh ls cat mount ps sleep echo uname modprobe insmod rmmod mkdir; do ln -s busybox "$t/bin/$a"; done
	ln -s ../bin/busybox "$t/sbin/init"
	printf 'root:*:0:0:root:/root:/bin/sh\n' >"$t/etc/passwd"
	printf '/dev/sda2 / ext4 defaults 0 1\n/dev/sda3 none swap sw 0 0\nproc /proc proc defaults 0 0\n' >"$t/etc/fstab"
	printf '::sysinit:/etc/init.d/rcS\n::respawn:/bin/sleep 1000\n' >"$t/etc/inittab"
	printf '#!/bin/sh\nmount -o remount,rw /\nfor s in /etc/init.d/S??*; do $s start; done\n' >"$t/etc/init.d/rcS"
	printf '#!/bin/sh\necho its-network >/dev/kmsg\n' >"$t/etc/init.d/S40network"
	printf '#!/bin/sh\necho its-service >/dev/kmsg\n' >"$t/etc/init.d/S60service"
	chmod +x "$t"/etc/init.d/*
}

helper_root() { # SOURCE [OPTION...]: it is the board's now
	kdev -q down >/dev/null 2>&1
	kdev_exits 0 setup --root "$@"
}

# What was imported for a test is nobody else's.
helper_back() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/kdev
	kdev -q down >/dev/null 2>&1
	kdev -q setup --root debian
	rm -rf "$cache"/roots/kdevtest*
}

# helper_changed PATTERN: it is in the record of one of Debian's roots, which may be from an earlier run
helper_changed() { grep -qE "$1" "${XDG_CACHE_HOME:-/var/cache}"/kdev/roots/debian-*/etc/kdev.changes; }

helper_runs_a_module() { # PID1
	kdev_exits 0 run --settle 0ms --test "grep -qx $1 /proc/1/comm" "$M/good.ko" && says 'PASS' &&
		kdev_exits 3 run --settle 0ms "$M/null_deref.ko" && says 'null_deref_write'
}

# The partition is found by its type, read without a trace in the host's mounts; busybox's init is PID 1.
a_partitioned_disk_image_with_a_busybox_system_boots_and_runs_modules() {
	local log=$S/boards/$board/console.raw rc
	[ -e /dev/loop-control ] || { echo "this host has no loop devices"; return 77; }
	helper_busybox_tree "$work/bb" || return
	tests/fakes/disk-image gpt "$work/kdevtest.img" "$work/bb" && helper_root "$work/kdevtest.img" &&
		says 'partition 2, ext4' && says '/dev/sda3 on none: not mounted' && says 'S40network: switched off' &&
		! grep -q kdevtest /proc/mounts /sys/block/loop*/loop/backing_file 2>/dev/null &&
		helper_runs_a_module init && grep -aq 'its-service' "$log" && ! grep -aq 'its-network' "$log" &&
		kdev_exits 0 setup && ! says 'What kdev changed' >/dev/null
	rc=$?
	helper_back
	return $rc
}

a_source_that_is_no_root_is_refused_and_the_old_root_stays() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/kdev
	mkdir -p "$work/kdevtest-bad/etc" && echo hello >"$work/kdevtest-noise"
	kdev_exits 125 setup --root "$work/kdevtest-bad" && says 'has no /bin/sh' &&
		kdev_exits 125 setup --root "$work/kdevtest-noise" && says 'is no tar, and has neither' &&
		kdev_exits 129 setup --root "$work/nowhere" && one_line && kdev_exits 129 setup --root debian:../x &&
		! ls -d "$cache"/roots/kdevtest* 2>/dev/null && kdev_exits 0 setup && [ -s "$cache/rootfs/etc/kdev.stamp" ]
}

a_saved_container_image_boots_and_runs_modules() {
	local rc
	helper_long || return
	helper_busybox_tree "$work/image" || return
	(cd "$work" && mkdir -p layer/etc save && touch layer/etc/.wh.fstab && tar -C image -cf save/a.tar . &&
		tar -C layer -cf save/b.tar . && cd save && a=$(sha256sum a.tar | cut -c1-64) b=$(sha256sum b.tar | cut -c1-64) &&
		mkdir "$a" "$b" && mv a.tar "$a/layer.tar" && mv b.tar "$b/layer.tar" &&
		echo "[{\"Layers\":[\"$a/layer.tar\",\"$b/layer.tar\"]}]" >manifest.json &&
		tar -czf ../kdevtest.tgz "$a" "$b" manifest.json) && helper_root "$work/kdevtest.tgz" &&
		! says 'etc/fstab' >/dev/null && helper_runs_a_module init
	rc=$?
	helper_back
	return $rc
}

a_debian_with_systemd_boots_and_runs_modules() {
	local rc
	helper_long || return
	helper_root debian:bookworm --packages systemd-sysv,udev,openssh-server,ifupdown && helper_changed 'ssh.service: masked' &&
		helper_runs_a_module systemd && kdev_exits 0 run --settle 0ms --test \
		'until systemctl is-active -q multi-user.target; do sleep 1; done; systemctl --failed -q | wc -l' \
		"$M/good.ko" && says '\| 0$' && kdev_exits 0 down && kdev_exits 0 setup --writable sh -c 'echo here >/etc/written' &&
		kdev_exits 0 run --settle 0ms --test 'cat /etc/written' "$M/good.ko" && says 'here'
	rc=$?
	helper_back
	return $rc
}

a_debian_with_sysvinit_boots_and_runs_modules() {
	local rc
	helper_long || return
	helper_root debian:bookworm --packages sysvinit-core,ifupdown,openssh-server && helper_changed 'S09networking: switched off' &&
		helper_runs_a_module init
	rc=$?
	helper_back
	return $rc
}
