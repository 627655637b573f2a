/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lists. A '*' at the end stands for any rest, at the beginning for any
 * start; kept in groups so that a new name finds its place.
 */
#include "console/plumbing.h"

#include <stdio.h>

static const char *const always[] = {
	/* sanitizers and coverage */
	"kasan_*", "__kasan_*", "__asan_*", "__hwasan_*", "asan_*", "print_address_description*",
	"print_report", "check_memory_region*", "__sanitizer_cov_*", "write_comp_data", "__msan_*",
	"kmsan_*", "__kmsan_*", "__tsan_*", "kcsan_*", "__kcsan_*", "ubsan_*", "__ubsan_*",
	"kfence_*", "__kfence_*", "object_err*", "print_trailer", "report_error*",
	/* printing and stopping */
	"dump_stack*", "__dump_stack", "dump_backtrace*", "show_stack*", "show_regs*",
	"walk_stackframe", "panic", "__warn*", "warn_slowpath*", "warn_bogus*", "report_bug",
	"fixup_bug*", "handle_bug", "do_error_trap", "do_invalid_op", "invalid_op",
	"exc_invalid_op", "asm_exc_invalid_op", "bug_handler*", "brk_handler", "do_debug_exception",
	"el1_dbg", "el1_sync*", "el1h_64_sync*", "el1_inv", "do_trap*", "die*", "__die*", "oops_*",
	"printk", "_printk", "vprintk*", "__bug_*", "call_break_hook", "do_el1_*", "el1_brk64",
	"bug_brk_handler", "__stack_chk_fail", "skb_panic", "nmi_panic*", "unknown_nmi_error*",
	"default_do_nmi", "do_nmi", "exc_nmi", "end_repeat_nmi", "io_check_error*",
	"pci_serr_error*", "skb_over_panic", "skb_under_panic", "rust_helper_BUG", "__bad_*_fault",
	/* what lockdep and the debugging checks do on the way */
	"lock_acquire*", "__lock_acquire*", "lock_release*", "__lock_release*", "lock_is_held*",
	"lock_downgrade*", "lock_set_class", "mark_lock*", "mark_held_locks", "mark_usage",
	"register_lock_class*", "assign_lock_key*", "look_up_lock_class*", "lockdep_*",
	"validate_chain*", "check_prev_add*", "check_noncircular*", "print_*_bug*",
	"print_circular*", "print_usage*", "debug_check_no_*", "debug_print_object*",
	"debug_object_*", "__debug_object_*", "__might_*", "___might_*", "might_*", "save_trace*",
	"save_stack*", "stack_trace_*", "stack_depot_*", "check_preemption_disabled",
	"debug_smp_processor_id", "__this_cpu_preempt_check", "preempt_count_*", "trace_hardirqs_*",
	"trace_softirqs_*", "rcu_lockdep_*", "rcu_read_*", "rcu_is_watching", "__schedule_bug*",
	"schedule_debug", "should_fail*", "__should_fail*", "fail_dump*", "print_*_lock*",
	/* locks */
	"_raw_spin_*", "_raw_read_*", "_raw_write_*", "__raw_spin_*", "do_raw_spin_*",
	"do_raw_read_*", "do_raw_write_*", "queued_spin_*", "native_queued_*", "pv_queued_*",
	"__pv_queued_*", "spin_dump", "spin_bug", "spin_lock*", "spin_unlock*", "mutex_lock*",
	"mutex_unlock*", "mutex_trylock*", "__mutex_*", "down_read*", "down_write*", "up_read*",
	"up_write*", "__down_read*", "__down_write*", "__up_read*", "__up_write*", "rwsem_*",
	"rt_mutex_*", "osq_lock", "osq_unlock", "percpu_down_*", "percpu_up_*", "__local_bh_*",
	"arch_local_irq_*",
	/* memory */
	"kmalloc*", "__kmalloc*", "__do_kmalloc*", "kmem_cache_alloc*", "kmem_cache_free*",
	"kmem_cache_zalloc", "kmem_cache_destroy*", "kzalloc*", "kcalloc*", "krealloc*", "kfree*",
	"__kfree", "kvmalloc*", "kvfree*", "kvzalloc*", "vmalloc*", "__vmalloc*", "vzalloc*",
	"vfree*", "__vfree*", "slab_*", "__slab_*", "___slab_*", "___cache_free", "__cache_free*",
	"cache_alloc_*", "__alloc_pages*", "alloc_pages*", "__get_free_pages*", "__free_pages*",
	"free_unref_*", "free_pages*", "free_pcppages*", "bad_page*", "check_new_page*",
	"free_pages_check*", "kmemleak_*", "create_object*", "memdup_user*", "kmemdup*", "kstrdup*",
	"kvmemdup*", "check_heap_object*", "__check_object_size*", "__check_heap_object*",
	"usercopy_*", "report_usercopy*", "___kmalloc*", "new_slab*", "allocate_slab*",
	"post_alloc_hook*", "get_page_from_freelist*", "prep_new_page*", "free_large_kmalloc*",
	"__do_krealloc", "kmalloc_*",
	/* copying and comparing */
	"memcpy*", "__memcpy*", "memset*", "__memset*", "memmove*", "__memmove*", "memcmp*",
	"memchr*", "strlen*", "strnlen*", "strcpy*", "strncpy*", "strscpy*", "strlcpy*", "strlcat*",
	"strcat*", "strcmp*", "strncmp*", "strcasecmp*", "strncasecmp*", "strchr*", "strstr*",
	"strim*", "sized_strscpy*", "copy_user_*", "copy_from_user*", "copy_to_user*",
	"_copy_from_user*", "_copy_to_user*", "__copy_user_*", "copy_from_iter*", "copy_to_iter*",
	"_copy_from_iter*", "_copy_to_iter*", "copyin*", "copyout*", "instrument_*",
	"read_word_at_a_time", "__fortify_*", "fortify_panic*", "csum_partial*", "__arch_copy_*",
	"__pi_mem*", "__pi_str*",
	/* small helpers of everybody */
	"__list_add*", "__list_del*", "list_add*", "list_del*", "list_move*", "hlist_*",
	"__hlist_*", "refcount_*", "__refcount_*", "kref_*", "atomic_*", "arch_atomic_*",
	"test_bit*", "set_bit*", "clear_bit*", "variable_test_bit", "constant_test_bit",
	"test_and_*", "rep_nop", "cpu_relax", "skb_pull*", "skb_push*", "skb_put*", "__skb_pull",
	"__skb_put", "put_unaligned*", "get_unaligned*", "bitmap_*", "__bitmap_*",
	"rb_insert_color*", "rb_erase*", "kobject_*", "__kobject_*", "proc_register", "proc_mkdir*",
	"_proc_mkdir", "proc_create*", "usb_submit_urb", NULL};

static const char *const waits[] = {"__schedule*",
				    "schedule*",
				    "io_schedule*",
				    "preempt_schedule*",
				    "_cond_resched",
				    "__cond_resched",
				    "wait_for_common*",
				    "wait_for_completion*",
				    "__wait_for_common*",
				    "do_wait_for_common*",
				    "wait_on_bit*",
				    "__wait_on_bit*",
				    "out_of_line_wait_*",
				    "bit_wait*",
				    "wait_on_page_bit*",
				    "__wait_on_page*",
				    "wait_on_page_writeback*",
				    "folio_wait_*",
				    "wait_on_buffer*",
				    "__wait_on_buffer*",
				    "mutex_lock*",
				    "__mutex_lock*",
				    "down",
				    "__down*",
				    "down_*",
				    "rwsem_*",
				    "__rwsem_*",
				    "call_rwsem_*",
				    "rt_mutex_*",
				    "__rt_mutex_*",
				    "__switch_to*",
				    "context_switch",
				    "lock_page*",
				    "__lock_page*",
				    "folio_lock*",
				    "__folio_lock*",
				    "lock_sock_nested",
				    "__lock_sock*",
				    "prepare_to_*",
				    "finish_wait",
				    "__wait_rcu_gp*",
				    "percpu_rwsem_wait*",
				    "__percpu_down_*",
				    "percpu_down_*",
				    "__percpu_rwsem_*",
				    "wait_woken*",
				    "__flush_work*",
				    "flush_work*",
				    "___down_common*",
				    "__fdget_pos",
				    "fdget_pos",
				    "__synchronize_srcu*",
				    "_raw_*",
				    "do_nanosleep",
				    "msleep*",
				    "wait_current_trans*",
				    "freezable_schedule*",
				    "i2c_adapter_lock_bus",
				    "__refrigerator",
				    NULL};

static const char *const dispatches[] = {
	/* system calls */
	"do_syscall_*", "do_fast_syscall_*", "do_int80_*", "__do_fast_syscall_*", "entry_*",
	"el0_*", "invoke_syscall*", "ret_fast_syscall*", "ret_from_fork*", "kthread",
	"worker_thread", "process_one_work", "system_call*", "tracesys*", "ia32_*", "cstar_*",
	"sysenter_*", "__sys_trace*",
	/* files */
	"vfs_*", "__vfs_*", "do_vfs_*", "ksys_*", "do_iter_*", "new_sync_*", "call_write_iter",
	"call_read_iter", "__fput", "____fput", "task_work_run", "do_writev", "do_readv",
	"do_sys_*", "do_mount", "do_filp_open", "path_openat", "do_dentry_open", "__se_sys_*",
	"mmap_region", "call_mmap",
	/* sockets and packets */
	"sock_sendmsg*", "__sock_sendmsg*", "sock_write_iter", "___sys_*", "__sys_*", "____sys_*",
	"rtnetlink_rcv_msg", "netlink_rcv_skb", "netlink_unicast*", "genl_*", "nfnetlink_rcv*",
	"__netif_receive_skb*", "netif_receive_skb*", "process_backlog", "net_rx_action", "napi_*",
	"__napi_*",
	/* interrupts, timers */
	"__do_softirq", "do_softirq*", "irq_exit*", "handle_softirqs", "run_ksoftirqd",
	"call_timer_fn", "do_one_initcall", "do_init_module", "load_module",
	"init_module_from_file", "expire_timers", "__run_timers*", "run_timer_softirq",
	"tasklet_action*", "__hrtimer_run_queues", "hrtimer_run_softirq", "hrtimer_interrupt",
	"__run_hrtimer", NULL};

static bool matches(struct span name, const char *const *list)
{
	for (; *list; list++) {
		size_t n = strlen(*list);

		if ((*list)[n - 1] == '*' ? name.n >= n - 1 && memcmp(name.s, *list, n - 1) == 0
					  : name.n == n && memcmp(name.s, *list, n) == 0)
			return true;
	}
	return false;
}

bool plumbing_always(struct span function)
{
	return matches(function, always);
}

bool plumbing_waits(struct span function)
{
	return matches(function, waits);
}

/* The vector that a timer or another CPU interrupted the code through. */
static const char *const interrupts[] = {"apic_timer_interrupt*",
					 "asm_sysvec_*",
					 "smp_apic_timer_interrupt_entry*",
					 "el1_irq*",
					 "el1h_64_irq*",
					 "__irq_svc",
					 "reschedule_interrupt*",
					 "asm_common_interrupt",
					 "common_interrupt",
					 "ret_from_intr",
					 "call_function_single_interrupt",
					 NULL};

bool plumbing_interrupts(struct span function)
{
	return matches(function, interrupts);
}

bool plumbing_dispatches(struct span function)
{
	return matches(function, dispatches);
}

/* System call wrappers: what becomes of the prefix in titles, and in one more name. */
static const struct {
	const char *prefix, *general, *other;
} wrappers[] = {
	{"__x64_sys_", "sys_", NULL},
	{"__arm64_sys_", "sys_", NULL},
	{"__ia32_sys_", "sys_", NULL},
	{"__riscv_sys_", "sys_", NULL},
	{"__s390x_sys_", "sys_", NULL},
	{"__se_sys_", "", "sys_"},
	{"__do_sys_", "", "sys_"},
	{"__ia32_compat_sys_", "compat_sys_", NULL},
	{"__se_compat_sys_", "", "sys_"},
	{"compat_SyS_", "", NULL},
	{"SyS_", "", NULL},
	{"SYSC_", "", NULL},
	{"C_SYSC_", "", NULL},
};

/* Variants of one function that fail for the same reason. */
static const struct {
	const char *variants[3], *general;
} families[] = {
	{{"synchronize_rcu_*", "synchronize_sched*"}, "synchronize_rcu"},
	{{"smp_call_function_*"}, "smp_call_function"},
	{{"__rtnl_lock", "rtnl_lock_*"}, "rtnl_lock"},
};

static void join(char name[128], const char *prefix, struct span rest)
{
	snprintf(name, 128, "%s%.*s", prefix, (int)(rest.n < 128 ? rest.n : 127), rest.s);
}

unsigned plumbing_names(struct span name, char names[PLUMBING_NAMES][128])
{
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]) && !n; i++) {
		struct span rest = span_skip(name, strlen(wrappers[i].prefix));

		if (!span_starts(name, wrappers[i].prefix))
			continue;
		join(names[n++], wrappers[i].general, rest);
		if (wrappers[i].other)
			join(names[n++], wrappers[i].other, rest);
	}
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && !n; i++)
		if (matches(name, families[i].variants))
			join(names[n++], families[i].general, (struct span){"", 0});
	join(names[n++], "", name);
	return n;
}
