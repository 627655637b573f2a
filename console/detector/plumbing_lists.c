/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which functions are plumbing. A '*' stands for any text. Kept in groups
 * by the part of the kernel that they are of, so that a new one finds its place.
 */
#include "console/detector/plumbing_lists.h"

#include <stddef.h>

/* clang-format off */

const char *const plumbing_always_list[] = {
	/* mm/kasan, mm/kfence, mm/kmsan, kernel/kcsan, lib/ubsan.c, kernel/kcov.c */
	"kasan_*", "__kasan_*", "__asan_*", "__hwasan_*", "asan_*", "__save_stack*", "print_address_description*",
	"print_report", "check_memory_region*", "__sanitizer_cov_*", "check_canary*",
	"__msan_*", "kmsan_*", "__kmsan_*", "__tsan_*", "kcsan_*", "__kcsan_*", "ubsan_*", "__ubsan_*",
	"kfence_*", "__kfence_*", "object_err*", "print_trailer", 
	"handle_overflow*", "memory_is_poisoned*", "check_region_inline",
	/* lib/dump_stack.c, kernel/panic.c, lib/bug.c and what leads to them */
	"dump_stack*", "__dump_stack", "dump_backtrace*", "show_stack*", "show_regs*", "walk_stackframe",
	"unwind_backtrace", "arch_stack_walk*", "panic", "vpanic", "check_panic_on_warn", "print_tainted", "get_taint", "__warn*",
	"warn_slowpath*", "warn_bogus*", "report_bug", "__report_bug", "fixup_bug*", "handle_bug",
	"do_error_trap", "do_invalid_op", "invalid_op", "exc_invalid_op", "asm_exc_invalid_op",
	"bug_handler*", "brk_handler", "call_break_hook", "bug_brk_handler", "do_debug_exception",
	"do_trap*", "program_check_*", "_exception*", "die", "__die*", "die_*", "oops_*", "printk", "_printk",
	"vprintk*", "__bug_*", "__stack_chk_fail", "rust_helper_BUG", "*rust_begin_unwind*", "*4core9panicking*", "nmi_panic*", "unknown_nmi_error*",
	"default_do_nmi", "do_nmi", "exc_nmi", "end_repeat_nmi", "io_check_error*", "pci_serr_error*",
	"__div0", "Ldiv0*", "__x86_indirect_*", "__x86_return_*", "warn_alloc*", "__flush_tlb_*",
	/* arm64 on the way into its fault handlers */
	"el1_*", "el1h_64_sync*", "do_el1_*", "do_mem_abort", "do_bad_area", "do_tag_*", "do_translation_fault",
	"__do_kernel_fault", "do_sp_pc_abort", "do_page_fault", "__do_page_fault", "do_DataAbort",
	/* assertions of file systems and subsystems */
	"assertfail*", "btrfs_assertfail*", "__reiserfs_panic", "skb_panic", "skb_over_panic", "skb_under_panic",
	"reiserfs_write_lock*", "ext4_handle_error", "__ext4_error*", "assfail", "xfs_assert*",
	/* kernel/locking/lockdep.c and the other checks that run on the way */
	"lock_acquire*", "__lock_acquire*", "lock_release*", "__lock_release*", "lock_is_held*", "lock_downgrade*",
	"lock_set_class", "lock_contended", "lock_acquired", "mark_lock*", "mark_held_locks", "mark_usage",
	"register_lock_class*", "assign_lock_key*", "look_up_lock_class*", "lockdep_*", "validate_chain*",
	"__lockdep_*", "check_prev_add*", "check_prevs_add", "check_noncircular*", "check_deadlock*",
	"hlock_class", "reacquire_held_locks", "find_held_lock", "print_*_bug*", "print_circular*",
	"print_usage*", "print_deadlock*", "print_irqtrace*", "print_lock*", "perf_trace_*",
	"trace_lock_*", "debug_check_no_*", "debug_print_object*", "debug_object_*", "__debug_object_*",
	"debug_lockdep_*", "debug_work_*", "debug_timer_*", "timer_is_static_object", "work_is_static_object",
	"__might_*", "___might_*", "might_*", "save_trace*", "save_stack*", "stack_trace_*", "stack_depot_*",
	"check_preemption_disabled*", "debug_smp_processor_id", "__this_cpu_preempt_check", "preempt_count_*",
	"trace_hardirqs_*", "trace_softirqs_*", "rcu_lockdep_*", "rcu_read_*", "rcu_is_watching*",
	"__cant_sleep*", "__cant_migrate*", "dequeue_task_idle", "__schedule_bug*", "schedule_debug*", "should_fail*", "__should_fail*", "fail_dump*",
	"__seqprop_*", "ref_tracker_*", "bad_unlock*",
	/* kernel/locking and kernel/sched: locks and sleeping */
	"_raw_spin_*", "_raw_read_*", "_raw_write_*", "__raw_spin_*", "__raw_read*", "__raw_write*", "logic_in*", "logic_out*", "ioread*", "iowrite*",
	"do_raw_spin_*", "do_raw_read_*", "do_raw_write_*", "queued_spin_*", "native_queued_*",
	"queued_read_*", "queued_write_*", "pv_queued_*", "__pv_queued_*", "pv_wait*", "kvm_wait*",
	"spin_dump", "spin_bug", "rwlock_bug*", "spin_lock*", "spin_unlock*", "__spin_*", "lock_task_sighand",
	"mutex_lock*", "mutex_unlock*", "mutex_trylock*", "__mutex_*", "mutex_remove_waiter*",
	"mutex_optimistic_spin*", "mutex_spin_on_owner*", "ww_mutex_*", "down", "down_*", "__down*",
	"up", "up_read*", "up_write*", "__up*", "rwsem_*", "__rwsem_*", "rt_mutex_*", "__rt_mutex_*", "rt_spin_*",
	"task_blocks_on_rt_mutex*", "osq_lock", "osq_unlock", "percpu_down_*", "percpu_up_*",
	"__percpu_down_*", "__local_bh_*", "arch_local_irq_*", "_atomic_dec_and_lock*",
	"atomic_dec_and_lock*", "lock_sock_nested", "__lock_sock*", "task_rq_lock*", "__task_rq_lock*",
	"raw_spin_rq_*", "__schedule", "schedule", "preempt_schedule*", "schedule_timeout*", "schedule_hrtimeout*", "msleep*", "usleep_range*",
	"_cond_resched", "__cond_resched*", "__wake_up*", "wake_up", "wake_up_process", "wake_up_q", "wake_up_state", "wake_up_bit", "wake_up_interruptible*", "wake_up_poll*", "finish_wait", "prepare_to_wait*",
	"try_to_wake_up", "default_wake_function", "autoremove_wake_function", "complete", "complete_all",
	"swake_up*", "wait_for_completion*", "wait_for_common*", "__wait_for_common*",
	"do_wait_for_common*", "bit_spin_*", "__bit_spin_*", "seqcount_*",
	/* kernel/workqueue.c, kernel/time, kernel/kthread.c, kernel/rcu: starting and stopping things */
	"__queue_work*", "queue_work_*", "__queue_delayed_work", "queue_delayed_work*", "mod_delayed_work*",
	"insert_work*", "__flush_work*", "flush_work", "flush_workqueue*", "__flush_workqueue", "drain_workqueue",
	"destroy_workqueue", "cancel_work_sync", "__cancel_work*", "cancel_delayed_work*", "start_flush_work*",
	"touch_work_lockdep_map", "touch_wq_lockdep_map", "mod_timer*", "__mod_timer*", "add_timer*",
	"del_timer*", "__del_timer*", "timer_delete*", "__timer_delete*", "try_to_del_timer*", "try_to_grab_pending*",
	"__try_to_del_timer*", "lock_timer_base*", "detach_timer*", "detach_if_pending*", "kthread_stop*",
	"cleanup_srcu_struct*", "init_srcu_struct*", "check_init_srcu_struct*",
	/* mm: the allocators */
	"kmalloc*", "__kmalloc*", "__kmem_cache_*", "__cgroup_alloc*", "___kmalloc*", "__do_kmalloc*", "kmem_cache_*", "kzalloc*", "kcalloc*",
	"krealloc*", "__do_krealloc*", "__ksize", "ksize", "kfree", "kfree_sensitive", "kfree_const",
	"kzfree", "__kfree", "kvmalloc*", "kvfree*", "kvzalloc*", "__kvmalloc*", "vmalloc*", "__vmalloc*", "vzalloc*", "vfree*",
	"__vfree*", "__vunmap*", "slab_*", "__slab_*", "___slab_*", "cache_free_debugcheck*", "___cache_free*", "__cache_free*", "cache_alloc_*",
	"____cache_alloc*", "fallback_alloc*", "do_slab_free*", "check_bytes_and_report*", "check_object*", "check_slab*", "alloc_debug_processing*", "free_debug_processing*", "free_to_partial_list*", "slab_err*", "slab_bug*", "slab_fix*", "slab_pad_check*", "init_object*", "__alloc_pages*", "alloc_pages*",
	"alloc_page_*", "__alloc_frozen_*", "alloc_frozen_*", "__alloc_percpu*", "pcpu_alloc*", "free_percpu",
	"__get_free_page*", "get_zeroed_page*", "__free_pages*", "free_unref_*", "free_pages*", "__free_one_page",
	"free_pcppages*", "free_pcp_*", "__free_frozen*", "free_frozen*", "bad_page*", "check_new_page*",
	"check_free_page*", "free_page_is_bad*", "free_tail_page*", "free_large_kmalloc*", "__folio_alloc*", "folio_alloc*",
	"kmemleak_*", "create_object*", "__create_object*", "memdup_user*", "kmemdup*", "kstrdup*", "kvmemdup*", "vmemdup*",
	"new_slab*", "allocate_slab*", "post_alloc_hook*", "get_page_from_freelist*", "prep_new_page*",
	"rmqueue*", "__rmqueue*", "alloc_slab_page", "mempool_*", "__bio_*", "folios_put_*", "__put_page", "__folio_put*",
	"check_heap_object*", "__check_object_size*", "__check_heap_object*", "usercopy_*", "report_usercopy*",
	"dma_pool_*", "memblock_*", "sk_prot_alloc*", "radix_tree_node_alloc*", "alloc_inode", "debug_objects_*", "find_lock_entries*", "truncate_inode_pages*", "__phys_addr*", "__virt_to_phys*", "filemap_alloc_folio*", "__filemap_get_folio*", "pagecache_get_page", "grab_cache_page*",
	/* lib: strings, copies and sums */
	"memcpy*", "__memcpy*", "memset*", "__memset*", "memmove*", "__memmove*", "memcmp*", "bcmp", "memchr*", "memscan",
	"strlen*", "strnlen*", "strcpy*", "strncpy*", "strscpy*", "strlcpy*", "strlcat*", "strcat*", "strncat*", "strcmp*", "strncmp*",
	"strcasecmp*", "strncasecmp*", "strchr*", "strrchr*", "strnchr*", "strstr*", "strnstr*", "strim*", "skip_spaces", "strsep",
	"sized_strscpy*", "strspn*", "strcspn*", "strpbrk*", "string", "string_nocheck", "pointer", "number", "widen_string", "hex_string",
	"hex_dump_*", "va_format", "format_decode", "dev_vprintk_emit", "dev_printk*", "__dev_printk", "_dev_*", "netdev_printk", "__netdev_printk", "__dynamic_*", "print_hex_dump*", "vsnprintf", "vscnprintf", "snprintf", "scnprintf", "sprintf", "vsprintf", "kvasprintf*", "kasprintf*",
	"sscanf", "vsscanf", "__arch_copy_*", "__arch_clear_*", "copy_user_*", "copy_from_user*", "copy_to_user*",
	"_copy_from_user*", "_copy_to_user*", "*_copy_to_user", "_inline_copy_*", "__copy_user_*", "__copy_from_user*",
	"__copy_to_user*", "raw_copy_*", "rep_movs*", "rep_stos*", "copy_from_iter*", "copy_to_iter*", "_copy_from_iter*",
	"_copy_to_iter*", "__copy_from_iter*", "copyin*", "copyout*", "copy_page_from_iter*", "copy_page_to_iter*",
	"copy_mc_*", "instrument_*", "read_word_at_a_time", "__read_once_word_nocheck", "__read_once_size*",
	"__fortify_*", "fortify_panic*", "csum_partial*", "csum_and_copy_*", "__get_user*", "__put_user*",
	"__pi_mem*", "__pi_str*", "__pi_copy*", "crc32*", "__crc32*", "crc16*", "crc_*", "crc64*", "crc8*", "jhash*", "siphash*",
	"xxh*", "strncpy_from_user*", "strnlen_user*", "memweight", "memcat_p",
	/* lib: lists, trees, tables, counters */
	"__list_add*", "__list_del*", "list_add*", "list_del*", "list_move*", "list_empty*", "__hlist_*", "hlist_*", "klist_*",
	"llist_*", "plist_*", "rb_*", "__rb_*", "rbt_*", "radix_tree_*", "__radix_tree_*", "xa_*", "__xa_*", "xas_*", "__xas_*",
	"idr_*", "__idr_*", "ida_*", "rhashtable_*", "__rhashtable_*", "rht_*", "__rht_*", "refcount_*", "__refcount_*",
	"kref_*", "atomic_*", "arch_atomic*", "raw_atomic*", "test_bit*", "set_bit*", "clear_bit*", "change_bit*", "variable_test_bit",
	"constant_test_bit", "test_and_*", "__test_and_*", "assign_bit*", "rep_nop", "cpu_relax", "find_first_*", "bitmap_*", "__bitmap_*",
	"put_unaligned*", "get_unaligned*", "percpu_counter_*", "__percpu_counter_*", "percpu_ref_*", "mas_*", "__mas_*",
	"timerqueue_add", "interval_tree_*", "lockref_*", "errseq_*", "notifier_chain_*",
	/* lib/crypto, crypto: the ciphers themselves */
	"aes_*", "__aes_*", "aesti_*", "cipher_crypt_one*", "crypto_cipher_*", "crypto_skcipher_*", "crypto_aead_*", "crypto_shash_*", "crypto_ahash_*", "shash_*", "skcipher_*", "blkcipher_*", "crypto_rng_*", "drbg_*", "rng_setkey", "jent_*", "crypto_aes_*", "sha1_*", "sha256_*", "sha512_*", "md5_*", "chacha_*", "poly1305_*",
	"des_*", "blake2s_*", "blake2b_*", "gf128mul_*",
	/* drivers/base, lib/kobject.c, fs/sysfs: the device model */
	"kobject_*", "__kobject_*", "kset_*", "add_uevent_var", "get_device_parent*", "device_add", "device_del", "device_register",
	"device_unregister", "device_create*", "device_initialize", "put_device", "get_device", "device_private_init", "bus_add_*", "bus_remove_*", "sysfs_*", "__sysfs_*",
	"dpm_sysfs_*", "device_remove_*", "device_destroy", "tty_unregister_device", "cdev_device_del", "hwrng_unregister", "i2c_del_adapter", "rollback_registered*", "unregister_netdevice_*", "cdev_device_add", "cdev_add", "cdev_del",
	/* fs/proc/generic.c; dcache, inodes, buffers and pages given back */
	"proc_register", "proc_mkdir*", "_proc_mkdir", "proc_create*", "remove_proc_*", "proc_remove", "dput", "fast_dput", "__dput*", "dentry_kill",
	"__dentry_kill*", "iput", "iput_final", "drop_nlink", "clear_nlink", "inc_nlink", "set_nlink", "mark_buffer_dirty*", "__brelse", "__mark_inode_dirty", "folio_unlock", "folio_end_*",
	"unlock_page", "folio_put*", "put_page*", "__set_page_dirty*", "__folio_mark_dirty",
	/* net: buffers */
	"skb_pull*", "skb_push*", "skb_put*", "__skb_pull", "__skb_put", "__pskb_pull*", "pskb_*", "skb_trim*", "kfree_skb*", "__kfree_skb*", "sk_skb_reason_drop", "skb_release_*", "skb_free_*", "sk_stop_timer*", "sk_reset_timer*", "release_sock", "__release_sock", "sk_alloc",
	/* drivers/usb/core: what every driver sends by */
	"usb_submit_urb", "usb_start_wait_urb", "usb_internal_control_msg", "usb_control_msg*", "usb_bulk_msg", "usb_interrupt_msg",
	"usb_kill_urb*",
	NULL
};

const char *const plumbing_waits_list[] = {
	"__schedule*", "schedule*", "io_schedule*", "preempt_schedule*", "_cond_resched", "__cond_resched",
	"__switch_to*", "context_switch", "wait_for_common*", "wait_for_completion*", "__wait_for_common*",
	"do_wait_for_common*", "wait_on_*", "__wait_on_*", "out_of_line_wait_*", "bit_wait*",
	"folio_wait_*", "down", "__down*", "down_*", "rwsem_*", "__rwsem_*", "call_rwsem_*", "lock_page*",
	"__lock_page*", "folio_lock*", "__folio_lock*", "lock_buffer", "__lock_buffer", "lock_sock_*",
	"__lock_sock*", "prepare_to_*", "finish_wait", "__wait_rcu_gp*", "percpu_rwsem_*", "__percpu_*",
	"wait_woken*", "___down_common*", "__fdget_pos", "fdget_pos", "__synchronize_srcu*", "_raw_*",
	"do_nanosleep", "msleep*", "freezable_schedule*", "__refrigerator", "kthread_stop*",
	"rcu_barrier*", "filemap_*wait*", "__filemap_fdatawait*", "filemap_fdatawait*", "filemap_fdatawrite*",
	"filemap_write_and_wait*", "__filemap_fdatawrite*", "fdatawait_one_bdev", "blk_execute_rq*", "submit_bio_wait*",
	"do_read_cache_*", "console_lock", "usb_start_wait_urb", "usb_*_msg*", "usb_kill_urb*",
	"d_alloc_parallel", "__lookup_slow", "lookup_slow", "walk_component", "blk_queue_enter", "cancel_*_sync",
	"blk_mq_get_tag*", "__blk_mq_alloc*", "blk_mq_alloc_*", "get_request", "synchronize_net", "ldsem_*", "__ldsem_*",
	"tty_ldisc_ref_wait", "tty_lock*", "inode_lock*", "inode_sleep_on_*", "io_schedule_timeout",
	"rt_spin_*", "futex_wait_queue*", "do_wait_intr*", "netlink_table_grab", "super_lock*", "mnt_want_write*",
	NULL
};

const char *const plumbing_dispatches_list[] = {
	/* system calls */
	"do_syscall_*", "do_fast_syscall_*", "do_int80_*", "__do_fast_syscall_*", "entry_*", "el0_*", "invoke_syscall*",
	"ret_fast_syscall*", "ret_from_fork*", "kthread", "worker_thread", "process_one_work", "process_scheduled_works",
	"el0t_*", "system_call*", "tracesys*", "ia32_*", "cstar_*", "sysenter_*", "__sys_trace*", "x64_sys_call", "syscall_*", "system_call_*",
	"smpboot_thread_fn", "cpu_startup_entry", "do_idle", "start_secondary*", "rest_init",
	/* modules and init calls */
	"do_one_initcall", "do_init_module", "load_module", "init_module_from_file", "kernel_init_freeable", "platform_probe", "really_probe", "usb_probe_interface", "local_pci_probe", "pci_device_probe", "i2c_device_probe",
	/* files */
	"vfs_read", "vfs_write", "vfs_readv", "vfs_writev", "__vfs_read", "__vfs_write", "vfs_ioctl", "do_vfs_ioctl", "sys_ioctl", "SyS_ioctl", "*compat_SyS_ioctl", "*_compat_ioctl",
	"ksys_*", "do_iter_*", "new_sync_*", "call_write_iter", "call_read_iter", "vfs_iter_*", "do_loop_readv_*", "__fput", "____fput",
	"task_work_run", "do_writev", "do_readv", "do_preadv", "do_pwritev", "do_dentry_open", "vfs_open", "mmap_region*",
	"__mmap_region", "call_mmap*", "do_mmap*", "vfs_fsync*", "vfs_splice_*", "do_splice*", "do_sendfile", "splice_direct_*",
	"__do_fault", "notify_change", "seq_read*",
	/* sockets and packets */
	"sock_sendmsg*", "__sock_sendmsg*", "sock_write_iter", "sock_common_*", "sock_close",
	"__sock_release", "sock_release", "sock_do_ioctl", "sock_ioctl", "__sys_setsockopt*", "do_sock_setsockopt",
	"rtnetlink_rcv_msg", "nfnetlink_rcv_msg", "genl_family_rcv_msg_*", "__netif_receive_skb*", "netif_receive_skb*", "process_backlog", "net_rx_action",
	"napi_poll", "__napi_poll*", "napi_gro_*", "dev_gro_receive",
	/* interrupts, timers */
	"__do_softirq", "do_softirq*", "irq_exit*", "__irq_exit*", "handle_softirqs", "run_ksoftirqd", "call_timer_fn",
	"expire_timers", "__run_timers*", "run_timer_softirq", "tasklet_action*", "__hrtimer_run_queues",
	"hrtimer_run_softirq", "hrtimer_interrupt", "__run_hrtimer",
	NULL
};

const char *const plumbing_interrupts_list[] = {
	"apic_timer_interrupt*", "asm_sysvec_*", "smp_apic_timer_interrupt_entry*", "el1_irq*", "el1_interrupt*",
	"el1h_64_irq*", "__irq_svc", "reschedule_interrupt*", "asm_common_interrupt", "common_interrupt",
	"ret_from_intr", "call_function_single_interrupt", "handle_exception*", NULL
};

const char *const plumbing_reports_list[] = {
	"sched_show_task*", "_sched_show_task*", "nmi_cpu_backtrace*", "nmi_trigger_*", "rcu_dump_cpu_stacks*",
	"print_cpu_stall*", "print_other_cpu_stall*", "check_cpu_stall*", "rcu_check_callbacks*", "rcu_sched_clock_irq*",
	"rcu_print_detail_*", "watchdog_timer_fn", "update_process_times", "rcu_exp_wait_wake*",
	"synchronize_rcu_expedited*", NULL
};

const char *const plumbing_schedules_list[] = {
	"__schedule", "schedule", "preempt_schedule*", "__switch_to", "context_switch", NULL
};

const char *const plumbing_waits_for_cpus_list[] = { "smp_call_function*", NULL };
/* clang-format on */
