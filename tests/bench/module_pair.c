/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bare system calls, for comparison: module_pair NAME FILE COUNT, run on the board, loads and
 * unloads so many times and prints the milliseconds that one pair took. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	int fd = argc == 4 ? open(argv[2], O_RDONLY) : -1;
	long count = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
	struct stat st;
	double began;
	void *image;

	if (fd < 0 || count < 1 || fstat(fd, &st))
		return 2;
	image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (image == MAP_FAILED)
		return 2;
	began = now_ms();
	for (long i = 0; i < count; i++) {
		if (syscall(SYS_init_module, image, (size_t)st.st_size, "") ||
		    syscall(SYS_delete_module, argv[1], O_NONBLOCK)) {
			perror(argv[1]);
			return 1;
		}
	}
	printf("%.2f\n", (now_ms() - began) / (double)count);
	return 0;
}
