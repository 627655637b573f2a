# Kernels of one's own, without an initrd. Building one takes too long for a test: what is in the cache is used,
# and where there is none these say so and are skipped.

# helper_own_kernel FLAVOUR: the board has it now; 1 if there is none
helper_own_kernel() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/kdev
	[ -s "$cache/kernel/,source-$1/vermagic" ] || return 1
	kdev -q down >/dev/null 2>&1
	kdev -q setup --kernel source --flavour "$1"
}

helper_skip() {
	echo "no $1 kernel is in the cache: kdev setup --kernel source --flavour $1"
	return 77
}

# The root is its own, and the board's init an ordinary file of it.
helper_without_an_initrd() {
	local log=$S/boards/$board/console.raw
	kdev_exits 0 up && ! grep -aq 'initrd' "$S/boards/$board/tftp/pxelinux.cfg/"01-* &&
		grep -aq 'root=/dev/nfs' "$log" && grep -aq 'kdev-init: ready' "$log"
}

helper_modules() { # built against the board's kernel by kdev run DIR
	rm -rf "$work/mods" && mkdir "$work/mods" && cp scenarios/modules/* "$work/mods"
}

# helper_flavour FLAVOUR [COMMAND…]: and the command succeeds
helper_flavour() {
	helper_own_kernel "$1" || { helper_skip "$1"; return; }
	helper_modules && helper_without_an_initrd &&
		kdev_exits 0 run --settle 0ms --module good "$work/mods" && says 'PASS' &&
		kdev_exits 3 run --settle 0ms "$work/mods/null_deref.ko" && says 'null_deref_write' && "${@:2}"
	local rc=$?
	kdev -q down >/dev/null 2>&1
	kdev -q setup --kernel debian
	return $rc
}

the_fast_kernel_boots_without_an_initrd_and_takes_modules_built_for_it() { helper_flavour fast; }

the_debug_kernel_boots_without_an_initrd_and_takes_modules_built_for_it() { helper_flavour debug helper_debug_tour; }

# What others take for good.
helper_debug_tour() { kdev_exits 0 loop --modules "$work/mods" scenarios/debug-tour.ini; }

the_kasan_kernel_boots_without_an_initrd_and_takes_modules_built_for_it() { helper_flavour kasan; }

a_kernel_that_cannot_mount_its_root_is_told_before_the_board_hangs() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/kdev image
	image=$(ls -d "$cache"/kernel/[0-9]*/vmlinuz | head -1)
	# Debian's own as a kernel of one's own: it has no configuration in it, and none beside it.
	mkdir -p "$work/own" && cp "$image" "$work/own/bzImage" || return 1
	kdev_exits 125 setup --kernel "$work/own/bzImage" --check && says 'CONFIG_IKCONFIG' || return 1
	kdev_exits 129 setup --kernel /nonexistent --check && one_line && kdev_exits 0 setup --kernel debian --check && says 'with an initrd'
}
