/* Any bytes as an export, whole and in outline, and the first line of them as a JSON path
 * over the rest: no crash, and the outline finds no task that the whole does not have. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "json/path.h"
#include "labelstudio/export.h"

/* Read all tasks; how many values there were, those with mistakes too. */
static uint64_t
read_all(int fd, bool outline)
{
	struct export *x;
	const struct export_task *t = NULL;
	uint64_t count = 0;
	struct error e;
	enum err err;

	if (lseek(fd, 0, SEEK_SET) < 0)
		abort();
	x = export_open(fd, &(struct export_options){.chunk = 64, .outline = outline});
	if (x == NULL)
		return 0;
	while ((err = export_next(x, &t, &e)) != ERR_OK || t != NULL)
		if (err != ERR_OK && export_ended(x))
			break;
	count = export_count(x);
	export_close(x);
	return count;
}

static void
select_by_line(const char *text, size_t n)
{
	const char *end = memchr(text, '\n', n);
	struct arena *a = arena_new(FUZZ_MEMORY);
	const struct json *j;
	struct json_path path;
	struct json_nodes nodes;

	if (end != NULL && a != NULL &&
	    json_path_parse(a, (struct str){text, (size_t)(end - text)}, &path, NULL) ==
		ERR_OK &&
	    json_parse(a, (struct str){end + 1, n - (size_t)(end + 1 - text)}, &j, NULL) ==
		ERR_OK)
		(void)!json_path_select(a, &path, j, &nodes);
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("export", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (read_all(fd, false) != read_all(fd, true))
		abort();
	close(fd);
	select_by_line((const char *)data, size);
	return 0;
}
