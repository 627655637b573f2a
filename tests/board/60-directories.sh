# From a directory of source to a verdict: kdev run DIR, kdev watch, kdev bisect.

# helper_source DIR [CODE]: a module "widget" whose init runs CODE
helper_source() {
	mkdir -p "$1"
	echo 'obj-m := widget.o' >"$1/Kbuild"
	cat >"$1/widget.new" <<END
#include <linux/module.h>
#include <linux/delay.h>
static int __init widget_init(void)
{
	int *volatile p = NULL;
	(void)p;
	${2:-}
	return 0;
}
static void __exit widget_exit(void) {}
module_init(widget_init);
module_exit(widget_exit);
MODULE_LICENSE("GPL");
END
	mv "$1/widget.new" "$1/widget.c"
}

helper_wait_for() { # SECONDS PATTERN: until $work/watch says it
	local i
	for ((i = 0; i < $1 * 5; i++)); do
		grep -qE -- "$2" "$work/watch" && return 0
		sleep 0.2
	done
	echo "it does not say $2 within $1 s, but:"
	cat "$work/watch"
	return 1
}

a_directory_is_built_and_run() {
	helper_source "$work/w1"
	kdev_exits 0 run --no-test --settle 0ms "$work/w1" && says '^PASS' && record_is_valid
}

a_directory_that_does_not_build_says_where() {
	helper_source "$work/w1" 'nonsense;'
	kdev_exits 1 run "$work/w1" && says 'widget.c:7:.*error' && says 'does not build against the board' || return 1
	rm "$work/w1/Kbuild"
	kdev_exits 129 run "$work/w1" && one_line && says 'no Kbuild or Makefile'
}

watch_runs_at_each_change_and_shows_what_does_not_build() {
	helper_source "$work/w2"
	: >"$work/watch"
	"$BUILD/kdev" --config "$work/kdev.conf" watch --no-test --settle 0ms "$work/w2" >>"$work/watch" 2>&1 </dev/null &
	local pid=$!
	helper_wait_for 200 '^PASS' && helper_wait_for 5 'waiting for the next change' &&
		: >"$work/watch" && helper_source "$work/w2" 'nonsense;' && helper_wait_for 60 'widget.c:7:.*error' &&
		: >"$work/watch" && helper_source "$work/w2" 'msleep(20000);' && sleep 8 &&
		helper_source "$work/w2" '*p = 1;' && helper_wait_for 60 'the run is given up' &&
		helper_wait_for 200 'CRASH' && helper_wait_for 200 'waiting for the next change'
	local result=$?
	kill -TERM $pid # a shell's children in the background ignore SIGINT
	wait $pid
	local code=$?
	[ $result = 0 ] || return 1
	[ $code = 3 ] || { echo "it ended with $code"; return 1; }
}

git_bisect_finds_the_commit_that_crashes() {
	local repo=$work/repo i
	export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t
	git init -q "$repo"
	echo '*.o' >"$repo/.git/info/exclude"
	for i in 0 1 2 3 4 5; do
		case $i in
		2) helper_source "$repo/drv" 'nonsense;' ;;
		4 | 5) helper_source "$repo/drv" "*p = $i;" ;;
		*) helper_source "$repo/drv" "msleep($i);" ;;
		esac
		git -C "$repo" add drv/Kbuild drv/widget.c && git -C "$repo" commit -qm "r$i" && git -C "$repo" tag "r$i"
	done
	(cd "$repo" && git bisect start r5 r0 && git bisect run "$BUILD/kdev" --config "$work/kdev.conf" \
		bisect --no-test --settle 0ms drv) >"$out" 2>&1 || { cat "$out"; return 1; }
	git -C "$repo" diff --quiet refs/bisect/bad r4 || { cat "$out"; return 1; }
}
