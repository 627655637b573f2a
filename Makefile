# kdev: make, make check, make demo, make install. V=1 shows the commands.

VERSION  := 0.1.0
BUILD    ?= build
CC       ?= gcc
PREFIX   ?= /usr/local
CFLAGS   ?= -O2 -g
WERROR   ?= -Werror
SAN      ?=

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wvla -Wformat=2 -Wundef -Wno-unused-parameter
PKGS     := libuv libserialport hidapi-hidraw libgpiod libssh2 libkmod jansson inih sqlite3 libdw libelf capstone zlib libarchive blkid
CPPFLAGS += -I. -D_GNU_SOURCE -DKDEV_VERSION='"$(VERSION)"' -DKDEV_LIBEXEC='"$(PREFIX)/lib/kdev"'
ALL_CFLAGS = -std=gnu17 $(WARNINGS) $(WERROR) $(CFLAGS) $(SAN) -MMD -MP
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null)

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s%s\n'
MAKEFLAGS += --no-print-directory
endif

SRCS   := $(filter-out harness/client/% harness/privileged/%,$(wildcard $(foreach d,console watchdog harness,$(d)/*.c $(d)/*/*.c)))
OBJS   := $(SRCS:%.c=$(BUILD)/%.o)
CLIENT := $(BUILD)/client/kdev-init $(BUILD)/client/kdev-agent
# The one part that root runs for a user. It links no more than it needs: what is to be audited is here.
PRIVILEGED_SRCS := $(wildcard harness/privileged/*.c harness/config/config_[kv]*.c) console/strbuf.c \
	$(addprefix harness/netboot/,privileged_network.c privileged_spawn.c privileged_card.c capabilities.c card.c \
	rpcbind_wait.c dnsmasq.c nfs.c service_args.c service_file.c service_record.c) \
	$(addprefix harness/,paths.c paths_file.c process.c log.c config/duration.c commands/nearest.c)
# Configurations of kernels, where kdev looks for them: beside the client.
FRAGMENTS := $(patsubst harness/kernel/%,$(BUILD)/client/kernel/%,$(wildcard harness/kernel/*.config))
MODSRC := $(wildcard scenarios/modules/*.c)
TESTS  := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/bench_*.c))
ALL_C  := $(SRCS) $(wildcard harness/client/*.c harness/privileged/*.c tests/unit/*.c tests/fakes/*.c tests/fuzz/*.c tests/bench/*.c)
ALL_H  := $(wildcard $(foreach d,console watchdog harness tests,$(d)/*.h $(d)/*/*.h))

.DELETE_ON_ERROR:
.PHONY: all deps deps-kernel deps-bench modules unit-tests check check-unit check-board check-bench check-san \
        demo bench fuzz format check-format tidy cppcheck install uninstall clean

all: $(BUILD)/kdev $(BUILD)/kdev-privileged $(CLIENT) $(FRAGMENTS)

$(BUILD)/kdev: $(OBJS)
	$(say) LD $@
	$(Q)$(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/kdev-privileged: $(PRIVILEGED_SRCS:%.c=$(BUILD)/%.o)
	$(say) LD $@
	$(Q)$(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs jansson inih)

$(BUILD)/%.o: %.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(PKG_CFLAGS) -c -o $@ $<

# What runs on the board: static, no library to page in over NFS.
CLIENT_CFLAGS = -std=gnu17 $(WARNINGS) $(WERROR) -Os -s -MMD -MP -static

$(BUILD)/client/kdev-init: $(wildcard harness/client/init*.c) harness/client/sync_for.c
$(BUILD)/client/kdev-agent: $(wildcard harness/client/agent*.c) harness/client/sync_for.c watchdog/heartbeat.c
$(CLIENT):
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CLIENT_CFLAGS) -MF $@.d -o $@ $(filter %.c,$^)

$(BUILD)/client/kernel/%.config: harness/kernel/%.config
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

# A test says itself what it links: /* LINK: console/pipeline/lines.c console/detector/rules*.c … */ and
# /* LIBS: jansson … */
link_of = $(wildcard $(shell sed -n 's,^/\* LINK: \(.*\) \*/$$,\1,p' $(1)))
libs_of = $(shell sed -n 's,^/\* LIBS: \(.*\) \*/$$,\1,p' $(1))

define test_rule
$(BUILD)/tests/$(1): $(BUILD)/tests/unit/$(1).o $(patsubst %.c,$(BUILD)/%.o,$(call link_of,tests/unit/$(1).c))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(CFLAGS) $$(SAN) $$(LDFLAGS) -o $$@ $$^ \
		$$(shell pkg-config --libs cmocka $(call libs_of,tests/unit/$(1).c)) -lm
endef
$(foreach t,$(notdir $(TESTS)),$(eval $(call test_rule,$(t))))

# For tests of the whole program: a relay on a pty, and what lets libserialport take that.
$(BUILD)/tests/fake-relay: $(BUILD)/tests/fakes/relay_main.o $(BUILD)/tests/fakes/relay_device.o
	$(say) LD $@
	$(Q)$(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs libuv)

$(BUILD)/tests/pty_%.so: tests/fakes/pty_%.c
	$(say) LD $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -fPIC -shared -o $@ $<

define bench_rule
$(BUILD)/bench/$(1): $(BUILD)/tests/bench/$(1).o $(patsubst %.c,$(BUILD)/%.o,$(call link_of,tests/bench/$(1).c))
	$$(say) LD $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS) $$(SAN) $$(LDFLAGS) -o $$@ $$^ $$(shell pkg-config --libs $(call libs_of,tests/bench/$(1).c) 2>/dev/null)
endef
$(foreach t,$(notdir $(BENCHES)),$(eval $(call bench_rule,$(t))))

define fuzz_rule
$(BUILD)/fuzz/$(1): tests/fuzz/$(1).c $(call link_of,tests/fuzz/$(1).c)
	$$(say) FUZZ $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)clang $$(CPPFLAGS) -std=gnu17 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -o $$@ $$^ \
		$$(shell pkg-config --cflags --libs $(call libs_of,tests/fuzz/$(1).c) 2>/dev/null)
endef
$(foreach t,$(notdir $(FUZZERS)),$(eval $(call fuzz_rule,$(t))))

deps:
	$(Q)sh tests/deps

# What kdev setup --kernel source builds with.
deps-kernel:
	$(Q)sh tests/deps kernel

# What make check-bench makes its machines of.
deps-bench:
	$(Q)sh tests/deps bench

modules: $(BUILD)/kdev
	$(Q)tests/modules $(BUILD)

check: deps
	$(Q)$(MAKE) -j"$$(nproc)" all
	$(Q)BUILD=$(BUILD) tests/check

check-unit: $(TESTS) $(BUILD)/kdev
	$(Q)BUILD=$(BUILD) tests/check unit

# The benchmarks are built too, so that they are never found broken on the day they are wanted.
unit-tests: $(TESTS) $(BENCHES)

# A host and a board as two machines of QEMU's: some minutes, not part of check.
check-bench: deps-bench
	$(Q)$(MAKE) -j"$$(nproc)" all $(BUILD)/tests/fake-relay $(BUILD)/tests/pty_break.so
	$(Q)BUILD=$(BUILD) tests/machines/run

check-board: all
	$(Q)BUILD=$(BUILD) tests/check board

check-san:
	$(Q)$(MAKE) BUILD=$(BUILD)-san CFLAGS="-O1 -g -fno-omit-frame-pointer" \
		SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined" check-unit

demo: deps
	$(Q)$(MAKE) -j"$$(nproc)" all
	$(Q)BUILD=$(BUILD) tests/demo

bench: all $(BENCHES)
	$(Q)BUILD=$(BUILD) tests/bench/run

# A short run of each fuzzer over its corpus; SECONDS=600 for a long one.
SECONDS ?= 10
fuzz: $(FUZZERS)
	$(Q)BUILD=$(BUILD) tests/fuzz/run $(SECONDS)

format:
	$(Q)clang-format -i $(ALL_C) $(ALL_H) $(MODSRC)

check-format:
	$(Q)clang-format --dry-run -Werror $(ALL_C) $(ALL_H) $(MODSRC)

# One process a file: in one for many, clang-tidy 14 sees va_lists that are not there.
tidy: check-format cppcheck
	$(Q)printf '%s\n' $(ALL_C) | xargs -P "$$(nproc)" -I{} \
		clang-tidy --quiet {} -- $(CPPFLAGS) -std=gnu17 $(PKG_CFLAGS) 2>/dev/null

cppcheck:
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
		--inline-suppr --suppress=missingIncludeSystem --suppress=unknownMacro -I. -D__linux__ \
		console watchdog harness

install: all
	install -D -m 755 $(BUILD)/kdev $(DESTDIR)$(PREFIX)/bin/kdev
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/lib/kdev $(CLIENT) $(BUILD)/kdev-privileged
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/kdev/kernel $(FRAGMENTS)
	$(BUILD)/kdev completion bash | install -D -m 644 /dev/stdin \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kdev
	$(BUILD)/kdev completion zsh | install -D -m 644 /dev/stdin \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kdev
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 docs/*.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 docs/*.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 docs/*.8
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in kdev-loop@.service kdev-privileged.service kdev-privileged.socket; do \
		sed 's,@PREFIX@,$(PREFIX),' docs/$$unit >$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit; done
	install -D -m 644 docs/kdev.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/kdev.conf
	install -D -m 644 docs/70-kdev.rules $(DESTDIR)$(PREFIX)/lib/udev/rules.d/70-kdev.rules

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/kdev
	rm -rf $(DESTDIR)$(PREFIX)/lib/kdev
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kdev \
	      $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kdev
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/kdev-loop@.service \
	      $(DESTDIR)$(PREFIX)/lib/systemd/system/kdev-privileged.service \
	      $(DESTDIR)$(PREFIX)/lib/systemd/system/kdev-privileged.socket \
	      $(DESTDIR)$(PREFIX)/lib/sysusers.d/kdev.conf $(DESTDIR)$(PREFIX)/lib/udev/rules.d/70-kdev.rules
	rm -f $(patsubst docs/%,$(DESTDIR)$(PREFIX)/share/man/man1/%,$(wildcard docs/*.1)) \
	      $(patsubst docs/%,$(DESTDIR)$(PREFIX)/share/man/man5/%,$(wildcard docs/*.5)) \
	      $(patsubst docs/%,$(DESTDIR)$(PREFIX)/share/man/man8/%,$(wildcard docs/*.8))

clean:
	rm -rf $(BUILD) $(BUILD)-san

-include $(OBJS:.o=.d) $(PRIVILEGED_SRCS:%.c=$(BUILD)/%.d) $(addsuffix .d,$(CLIENT)) $(wildcard $(BUILD)/tests/unit/*.d $(BUILD)/tests/fakes/*.d)
