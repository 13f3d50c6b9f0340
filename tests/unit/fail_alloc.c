#include "fail_alloc.h"

#include <errno.h>
#include <stdbool.h>

static unsigned long calls, fail_at;
static bool counting, once;
static long live;

void
fail_alloc_from(unsigned long n)
{
	calls = 0;
	fail_at = n;
	once = false;
	counting = true;
}

void
fail_alloc_once(unsigned long n)
{
	fail_alloc_from(n);
	once = true;
}

unsigned long
fail_alloc_stop(void)
{
	counting = false;
	return calls;
}

long
fail_alloc_live(void)
{
	return live;
}

#if FAIL_ALLOC

/* glibc's own names of what is replaced below. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

static bool
fails(void)
{
	if (!counting)
		return false;
	calls++;
	if (fail_at == 0 || calls < fail_at || (once && calls > fail_at))
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	void *p = fails() ? NULL : __libc_malloc(n);

	live += p != NULL;
	return p;
}

void *
calloc(size_t count, size_t size)
{
	void *p = fails() ? NULL : __libc_calloc(count, size);

	live += p != NULL;
	return p;
}

void *
realloc(void *p, size_t n)
{
	void *bigger = fails() ? NULL : __libc_realloc(p, n);

	live += bigger != NULL && p == NULL;
	live -= bigger == NULL && p != NULL && n == 0;
	return bigger;
}

void
free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}

#endif
