#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store/open.h"
#include "base/buf.h"
#include "base/log.h"

#define FILE_MAX ((size_t)64 << 20)

extern char **environ;

int
session_begin(struct session *s, const struct command *c)
{
	*s = (struct session){.command = c, .arena = arena_new(0)};
	if (s->arena == NULL)
		error_memory(&s->e);
	else if (config_read(&s->config, environ, &s->e) == ERR_OK) {
		log_set_level((enum log_level)s->config.number[CONFIG_LOG_LEVEL]);
		if (log_open(s->config.text[CONFIG_LOG], &s->e) == ERR_OK &&
		    open_store(&s->config, &s->store, &s->e) == ERR_OK)
			return EXIT_OK;
	}
	session_failed(s);
	session_end(s);
	return EXIT_FAILED;
}

void
session_end(struct session *s)
{
	store_close(s->store);
	config_free(&s->config);
	arena_free(s->arena);
}

int
session_failed(const struct session *s)
{
	return command_failed(s->command, "%s", s->e.text);
}

enum err
session_read_text(struct arena *a, const char *path, struct str *r, struct error *e)
{
	FILE *f = fopen(path, "re");
	struct buf b = {.limit = FILE_MAX};
	char chunk[8192];
	struct str text;
	enum err err = ERR_OK;
	size_t n;

	while (f != NULL && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_put(&b, chunk, n);
	if (f == NULL || ferror(f))
		err = error_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	else if (buf_failed(&b))
		err = error_set(e, ERR_LIMIT, "%s: is too large", path);
	else if ((text = arena_str(a, buf_text(&b))).s == NULL)
		err = error_memory(e);
	else
		*r = text;
	if (f != NULL)
		fclose(f);
	buf_free(&b);
	return err;
}
