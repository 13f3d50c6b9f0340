#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define WIDTH 30
#define INTERVAL 0.1 /* seconds between two pictures */

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

void
progress_begin_tasks(struct progress *p, uint64_t total)
{
	progress_begin(p, total);
	p->of_tasks = true;
}

static void
draw_bar(double part)
{
	int filled = (int)(part * WIDTH);

	fputc('[', stderr);
	for (int i = 0; i < WIDTH; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3.0f%%  ", part * 100);
}

static void
draw_time_left(double seconds)
{
	unsigned long s = (unsigned long)(seconds + 0.5);

	if (s >= 3600)
		fprintf(stderr, ", %lu:%02lu:%02lu left", s / 3600, s / 60 % 60, s % 60);
	else
		fprintf(stderr, ", %lu:%02lu left", s / 60, s % 60);
}

void
progress_show(struct progress *p, uint64_t done, uint64_t tasks)
{
	double seconds, part;

	if (!p->shown || since(&p->last) < INTERVAL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &p->last);
	seconds = since(&p->start);
	/* A file that grows while it is read has more than was announced. */
	part = p->total == 0 || done >= p->total ? 1.0 : (double)done / (double)p->total;
	fputs("\r\033[K", stderr);
	if (p->total > 0)
		draw_bar(part);
	if (p->of_tasks)
		fprintf(
		    stderr, "%" PRIu64 " tasks, %.0f/s", tasks, (double)tasks / seconds);
	else
		fprintf(stderr, "%" PRIu64 " tasks, %.1f MB, %.1f MB/s", tasks,
		    (double)done / 1e6, (double)done / 1e6 / seconds);
	if (p->total > 0 && part > 0.0)
		draw_time_left(seconds / part - seconds);
	fflush(stderr);
}

void
progress_hide(const struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
}
