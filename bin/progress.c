#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define WIDTH 30
#define INTERVAL 0.1

static double
since(const struct timespec *t)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - t->tv_sec) + (double)(now.tv_nsec - t->tv_nsec) / 1e9;
}

void
progress_begin(struct progress *p, uint64_t total)
{
	*p = (struct progress){.shown = isatty(STDERR_FILENO), .total = total};
	clock_gettime(CLOCK_MONOTONIC, &p->start);
	p->last = p->start;
}

static void
draw_bar(const struct progress *p, uint64_t done, double seconds)
{
	double part = (double)done / (double)p->total;
	int filled = (int)(part * WIDTH);

	fputs(" [", stderr);
	for (int i = 0; i < WIDTH; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3.0f %%", part * 100);
	if (part > 0.0)
		fprintf(stderr, ", %.0f s left", seconds / part - seconds);
}

void
progress_show(struct progress *p, uint64_t done, uint64_t tasks)
{
	double seconds;

	if (!p->shown || since(&p->last) < INTERVAL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &p->last);
	seconds = since(&p->start);
	fprintf(stderr, "\r\033[K%" PRIu64 " tasks, %.1f MB, %.1f MB/s", tasks,
	    (double)done / 1e6, (double)done / 1e6 / seconds);
	if (p->total > 0)
		draw_bar(p, done, seconds);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
}
