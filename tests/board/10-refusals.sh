# What can't be run is refused in one line, before the board is touched.

a_missing_file_is_refused() {
	kdev_exits 129 run "$work/nowhere.ko" && one_line && says 'nowhere.ko.*no such file'
}

a_file_that_is_no_module_is_refused() {
	kdev_exits 129 run /etc/passwd && one_line && says '/etc/passwd.*module'
}

a_module_for_another_kernel_is_refused_with_what_differs() {
	local release
	release=$(strings -a "$M/good.ko" | sed -n 's/^vermagic=\([^ ]*\).*/\1/p')
	sed "s/$release/9${release:1}/g" "$M/good.ko" >"$work/alien.ko"
	kdev_exits 1 run "$work/alien.ko" && one_line && says "9${release:1}" && says "$release" && says 'make -C'
}

an_unknown_parameter_is_refused_with_the_nearest_one() {
	kdev_exits 129 run "$M/good.ko" coutn=3 && one_line && says 'coutn' && says 'count'
}

a_parameter_of_the_wrong_type_is_refused() {
	kdev_exits 129 run "$M/good.ko" count=many && one_line && says 'count'
}

a_misspelt_key_is_refused_with_file_line_and_the_nearest_key() {
	printf '[board %s]\ntype = virtual\nmemroy = 512\n' "$board" >"$work/bad.conf"
	"$BUILD/kdev" --config "$work/bad.conf" run "$M/good.ko" >"$out" 2>&1
	[ $? = 129 ] && says 'bad\.conf:3: .*memroy' && says 'memory'
}

an_unknown_command_is_refused_with_the_nearest_one() {
	kdev_exits 129 rnu && says 'run'
}

a_configuration_that_is_there_is_not_begun_anew() {
	kdev_exits 0 init "$work/new/kdev.conf" && grep -q '^type = bare' "$work/new/kdev.conf" || return 1
	echo mine >"$work/new/kdev.conf"
	kdev_exits 129 init "$work/new/kdev.conf" && one_line && says 'left as it is' && [ "$(cat "$work/new/kdev.conf")" = mine ]
}

the_board_was_not_touched() {
	kdev_exits 0 status && says 'down' && [ ! -e /run/netns/kdev-check ]
}

what_ip_says_is_told_of_a_network_that_can_not_be_made() {
	mkdir -p "$work/bin" && printf '#!/bin/sh\necho "RTNETLINK answers: no such thing" >&2\nexit 2\n' >"$work/bin/ip"
	chmod 755 "$work/bin/ip"
	kdev -q down
	PATH=$work/bin:$PATH kdev_exits 125 up && says 'ip: exit status 2: RTNETLINK answers: no such thing'
	local code=$?
	kdev -q down
	return $code
}
