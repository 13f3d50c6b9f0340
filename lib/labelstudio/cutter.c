#include "labelstudio/cutter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labelstudio/bytes.h"
#include "labelstudio/scan.h"

#define NO_BYTE (-1)

/* A buffer that one long value made larger than this is given back. */
#define KEEP_ROOM ((size_t)4 << 20)

enum cutter_state {
	STATE_START,
	STATE_LINES,	   /* between objects */
	STATE_ARRAY_FIRST, /* after [ */
	STATE_ARRAY_VALUE, /* after a value */
	STATE_ARRAY_COMMA, /* after a comma */
	STATE_ENDED
};

struct cutter {
	struct bytes *bytes;
	size_t chunk, max;
	char *buf;
	size_t room;
	size_t start; /* first byte still needed */
	size_t at;    /* first byte not looked at */
	size_t end;
	uint64_t base; /* offset of buf[0] in the file */
	uint64_t line; /* of buf[start] */
	uint64_t number;
	bool eof;
	enum cutter_state state;
	struct error failure; /* the final one */
};

struct cutter *
cutter_new(int fd, size_t chunk, size_t max)
{
	struct cutter *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct cutter){
	    .bytes = bytes_new(fd), .chunk = chunk == 0 ? 1 : chunk, .max = max, .line = 1};
	if (c->bytes == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
cutter_free(struct cutter *c)
{
	if (c == NULL)
		return;
	bytes_free(c->bytes);
	free(c->buf);
	free(c);
}

bool
cutter_ended(const struct cutter *c)
{
	return c->state == STATE_ENDED;
}

uint64_t
cutter_position(const struct cutter *c)
{
	return bytes_packed(c->bytes) ? bytes_taken(c->bytes) : c->base + c->at;
}

/* A final error; `what` follows the line of the first byte still needed. */
static enum err
fail(struct cutter *c, enum err err, const char *what)
{
	c->state = STATE_ENDED;
	return error_set(&c->failure, err, "line %" PRIu64 ": %s", c->line, what);
}

/* The bytes before `at` are not needed any more. */
static void
release(struct cutter *c)
{
	const char *p, *end;

	if (c->at == c->start)
		return;
	p = c->buf + c->start;
	end = c->buf + c->at;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		c->line++;
		p++;
	}
	c->start = c->at;
}

static bool
resize(struct cutter *c, size_t room)
{
	char *buf = realloc(c->buf, room);

	if (buf == NULL)
		return false;
	c->buf = buf;
	c->room = room;
	return true;
}

/* Make room for a chunk behind what is still needed, which moves to the front. */
static bool
make_room(struct cutter *c)
{
	size_t kept = c->end - c->start;

	if (c->start > 0) {
		memmove(c->buf, c->buf + c->start, kept);
		c->base += c->start;
		c->at -= c->start;
		c->end = kept;
		c->start = 0;
	}
	if (c->room - kept < c->chunk)
		return resize(
		    c, kept + c->chunk > c->room * 2 ? kept + c->chunk : c->room * 2);
	if (c->room > KEEP_ROOM && kept + c->chunk < KEEP_ROOM / 2)
		(void)resize(c, KEEP_ROOM / 2);
	return true;
}

/* Read on; returns whether there is a byte at `at` now, else it is the end or an error. */
static bool
fill(struct cutter *c)
{
	struct error why = {0};
	size_t n = 0;
	enum err err;

	if (c->at < c->end)
		return true;
	if (c->eof || c->state == STATE_ENDED)
		return false;
	if (!make_room(c)) {
		fail(c, ERR_MEMORY, "out of memory");
		return false;
	}
	err = bytes_read(c->bytes, c->buf + c->end, c->chunk, &n, &why);
	if (err != ERR_OK) {
		fail(c, err, why.text);
		return false;
	}
	c->eof = n == 0;
	c->end += n;
	return n > 0;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next byte that is no white space, not taken yet; NO_BYTE at the end or after an
 * error. */
static int
peek(struct cutter *c)
{
	while (fill(c)) {
		while (c->at < c->end && is_space(c->buf[c->at]))
			c->at++;
		release(c);
		if (c->at < c->end)
			return (unsigned char)c->buf[c->at];
	}
	return NO_BYTE;
}

static void
skip_mark(struct cutter *c)
{
	static const char mark[] = "\xef\xbb\xbf";

	for (size_t i = 0; i < 3 && fill(c) && c->buf[c->at] == mark[i]; i++)
		c->at++;
	/* What is left of half a mark is no JSON: give it back to be refused. */
	if (c->at < 3)
		c->at = 0;
	release(c);
}

static enum err
begin(struct cutter *c)
{
	int byte;

	skip_mark(c);
	byte = peek(c);
	if (c->state == STATE_ENDED)
		return c->failure.code;
	if (byte == NO_BYTE)
		return fail(c, ERR_INPUT, "the file is empty");
	if (byte == '[') {
		c->at++;
		c->state = STATE_ARRAY_FIRST;
	} else {
		c->state = STATE_LINES;
	}
	return ERR_OK;
}

/* After the last value of an array. */
static enum err
end_array(struct cutter *c)
{
	c->at++;
	if (peek(c) != NO_BYTE)
		return fail(c, ERR_INPUT, "something follows the array");
	if (c->state == STATE_ENDED)
		return c->failure.code;
	c->state = STATE_ENDED;
	return ERR_OK;
}

/*
 * Go to the first byte of the next value. *more_r says whether there is one.
 */
static enum err
find_array_value(struct cutter *c, bool *more_r)
{
	int byte = peek(c);

	*more_r = false;
	if (c->state == STATE_ARRAY_VALUE && byte == ',') {
		c->at++;
		c->state = STATE_ARRAY_COMMA;
		byte = peek(c);
	} else if (c->state == STATE_ARRAY_VALUE && byte != ']' && byte != NO_BYTE) {
		return fail(c, ERR_INPUT, "a comma or ] must follow a value of the array");
	}
	if (c->state == STATE_ENDED)
		return c->failure.code;
	if (byte == NO_BYTE)
		return fail(
		    c, ERR_INPUT, "the file ends inside the array: it is cut short");
	if (byte == ']' && c->state != STATE_ARRAY_COMMA)
		return end_array(c);
	if (strchr("{[\"-0123456789tfn", byte) == NULL || byte == '\0')
		return fail(c, ERR_INPUT, "a value of the array is missing, or is no JSON");
	*more_r = true;
	return ERR_OK;
}

static enum err
find_line_value(struct cutter *c, bool *more_r)
{
	int byte = peek(c);

	*more_r = byte == '{';
	if (c->state == STATE_ENDED)
		return c->failure.code;
	if (byte == NO_BYTE) {
		c->state = STATE_ENDED;
		return ERR_OK;
	}
	return byte == '{' ? ERR_OK
			   : fail(c, ERR_INPUT, "neither an array nor an object in JSON");
}

/* Cut the value that begins at `at`; a long one is read over. */
static enum err
cut_value(struct cutter *c, struct cut *r, struct error *e)
{
	struct scan s = scan_start(c->buf[c->at]);
	bool too_long = false;

	while (!s.done && fill(c)) {
		c->at += scan_bytes(&s, c->buf + c->at, c->end - c->at);
		too_long |= c->at - c->start > c->max;
		if (too_long)
			release(c);
	}
	if (c->state == STATE_ENDED)
		return c->failure.code;
	if (!s.done) {
		char what[96];

		c->line = r->line;
		snprintf(what, sizeof(what),
		    "the file ends inside value %" PRIu64
		    ", which begins here: it is cut short",
		    r->number);
		return fail(c, ERR_INPUT, what);
	}
	c->state = r->in_array ? STATE_ARRAY_VALUE : STATE_LINES;
	if (too_long)
		return error_set(e, ERR_LIMIT,
		    "line %" PRIu64 ": value %" PRIu64 " is over %zu bytes", r->line,
		    r->number, c->max);
	r->text = (struct str){c->buf + c->start, c->at - c->start};
	return ERR_OK;
}

enum err
cutter_next(struct cutter *c, struct cut *r, struct error *e)
{
	enum err err = c->failure.code;
	bool more = false;

	if (c->state != STATE_ENDED) {
		release(c);
		if (c->state == STATE_START)
			err = begin(c);
		if (err == ERR_OK && c->state == STATE_LINES)
			err = find_line_value(c, &more);
		else if (err == ERR_OK)
			err = find_array_value(c, &more);
	}
	*r = (struct cut){
	    .number = c->number,
	    .offset = c->base + c->start,
	    .line = c->line,
	    .in_array = c->state != STATE_LINES,
	};
	if (more) {
		r->number = ++c->number;
		err = cut_value(c, r, e);
	}
	if (c->failure.code != ERR_OK && e != NULL)
		*e = c->failure;
	return err;
}
