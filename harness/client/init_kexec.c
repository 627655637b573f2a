/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Put a kernel into its place, for reboot(2) or for a panic to start it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/client/init.h"
#include "harness/client/init_kexec.h"

/* What a kernel's own headers ask of its place. */
#define KERNEL_ALIGN    (2ULL << 20)
#define KERNEL_FROM     (16ULL << 20)
#define BOOT_PARAMS_SYS "/sys/kernel/boot_params/data"

/* Three pages behind the kernel, then the initrd. */
enum { PAGE_CODE, PAGE_PARAMS, PAGE_CMDLINE, PAGES };

struct places {
	uint64_t kernel, pages, initrd, end;
};

static uint64_t page_up(uint64_t x)
{
	return (x + KEXEC_PAGE - 1) / KEXEC_PAGE * KEXEC_PAGE;
}

static int find_places(const struct kexec_job *job, const struct kexec_image *image,
		       struct places *p)
{
	uint64_t kernel = image->high - image->low;
	uint64_t size = kernel + PAGES * KEXEC_PAGE + page_up(job->initrd_size);

	if (job->to)
		p->kernel = (job->from + KERNEL_ALIGN - 1) / KERNEL_ALIGN * KERNEL_ALIGN;
	else
		p->kernel = kexec_map_room(&job->map, KERNEL_FROM, size, KERNEL_ALIGN);
	p->pages = p->kernel + kernel;
	p->initrd = p->pages + PAGES * KEXEC_PAGE;
	p->end = p->kernel + size;
	return !p->kernel || (job->to && p->end > job->to) ? -ENOSPC : 0;
}

static struct kexec_segment segment(const void *bytes, size_t n, uint64_t at, uint64_t space)
{
	/* mem is a physical address, by whatever name the system call has for it. */
	struct kexec_segment s = {.buf = bytes, .bufsz = n, .memsz = space};

	_Static_assert(sizeof(s.mem) == sizeof(at), "kexec here is of 64-bit machines");
	memcpy(&s.mem, &at, sizeof(at));
	return s;
}

static int submit(const struct kexec_job *job, const struct kexec_image *image, const char *file)
{
	struct kexec_segment segments[KEXEC_PARTS + 3];
	unsigned long flags = KEXEC_ARCH_X86_64 | (job->on_panic ? KEXEC_ON_CRASH : 0);
	static uint8_t pages[PAGES][KEXEC_PAGE];
	struct places p;
	struct kexec_layout layout = {.initrd_size = job->initrd_size, .map = &job->map};
	size_t n = 0;
	ssize_t got;

	if (find_places(job, image, &p))
		return -ENOSPC;
	got = init_read(BOOT_PARAMS_SYS, (char *)pages[PAGE_PARAMS], KEXEC_PAGE + 1);
	if (got != KEXEC_PAGE)
		return got < 0 ? (int)got : -EIO;
	if (strlen(job->cmdline) >= KEXEC_CMDLINE)
		return -E2BIG;
	memcpy(pages[PAGE_CMDLINE], job->cmdline, strlen(job->cmdline) + 1);
	layout.cmdline = p.pages + PAGE_CMDLINE * KEXEC_PAGE;
	layout.initrd = p.initrd;
	kexec_boot_params(pages[PAGE_PARAMS], &layout);
	kexec_trampoline(pages[PAGE_CODE], p.pages + PAGE_CODE * KEXEC_PAGE,
			 image->entry - image->low + p.kernel, p.pages + PAGE_PARAMS * KEXEC_PAGE);
	for (size_t i = 0; i < image->n; i++) {
		const struct kexec_part *part = &image->parts[i];

		segments[n++] = segment(file + part->offset, part->bytes,
					part->address - image->low + p.kernel, part->space);
	}
	segments[n++] = segment(pages, sizeof(pages), p.pages, sizeof(pages));
	segments[n++] = segment(job->initrd, job->initrd_size, p.initrd, page_up(job->initrd_size));
	if (job->header)
		segments[n++] = segment(job->header, job->header_size, job->header_at,
					page_up(job->header_size));
	if (syscall(SYS_kexec_load, p.pages + PAGE_CODE * KEXEC_PAGE, n, segments, flags))
		return -errno;
	return 0;
}

int kexec_load_job(const struct kexec_job *job)
{
	int fd = open(job->vmlinux, O_RDONLY | O_CLOEXEC), err = 0;
	struct kexec_image image;
	void *file = MAP_FAILED;
	struct stat st = {0};

	if (fd < 0 || fstat(fd, &st))
		err = -errno;
	else
		file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (!err && file == MAP_FAILED)
		err = -errno;
	if (!err)
		err = kexec_parse(file, (size_t)st.st_size, &image);
	if (!err)
		err = submit(job, &image, file);
	if (file != MAP_FAILED)
		munmap(file, (size_t)st.st_size);
	if (fd >= 0)
		close(fd);
	if (err)
		init_error("kexec: %s: %s%s", job->vmlinux, strerror(-err),
			   err == -ENOSPC ? ": no room in memory for kernel and initrd" : "");
	return err;
}
