#include "labelstudio/bytes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/array.h"
#include "base/str.h"

#define PACKED_ROOM ((size_t)64 << 10)
#define HEAD_ROOM 8	      /* bytes that tell what a file is */
#define GZIP_WINDOW (15 + 16) /* zlib: the largest window, gzip's head */

struct bytes {
	int fd;
	uint64_t taken;
	bool begun, eof;
	/* What was read and not given yet: the head of the file, or packed bytes. */
	unsigned char *held;
	size_t n_held, at;
	z_stream *gzip;		/* NULL: the file is not packed */
	bool inside;		/* a member of it has begun and not ended */
	char head[HEAD_ROOM];	/* the first bytes that were unpacked, */
	size_t n_head, at_head; /* and how many of them were given */
};

struct bytes *
bytes_new(int fd)
{
	struct bytes *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->fd = fd;
	b->held = malloc(PACKED_ROOM);
	if (b->held == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

void
bytes_free(struct bytes *b)
{
	if (b == NULL)
		return;
	if (b->gzip != NULL)
		inflateEnd(b->gzip);
	free(b->gzip);
	free(b->held);
	free(b);
}

uint64_t
bytes_taken(const struct bytes *b)
{
	return b->gzip != NULL ? b->taken : b->taken - (b->n_held - b->at);
}

bool
bytes_packed(const struct bytes *b)
{
	return b->gzip != NULL;
}

static enum err
take(struct bytes *b, void *out, size_t room, size_t *n_r, struct error *e)
{
	ssize_t n;

	do
		n = read(b->fd, out, room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(e, ERR_IO, "%s", strerror(errno));
	b->taken += (uint64_t)n;
	b->eof = n == 0;
	*n_r = (size_t)n;
	return ERR_OK;
}

/* The heads of files that are no text in UTF-8; of two that fit the first counts. */
static const struct {
	struct str head;
	const char *problem;
} foreign[] = {
    {STR_INIT("\xff\xfe\0\0"), "is text in UTF-32: save it as UTF-8"},
    {STR_INIT("\0\0\xfe\xff"), "is text in UTF-32: save it as UTF-8"},
    {STR_INIT("\xff\xfe"), "is text in UTF-16: save it as UTF-8"},
    {STR_INIT("\xfe\xff"), "is text in UTF-16: save it as UTF-8"},
    {STR_INIT("PK\3\4"), "is a ZIP archive: unpack it, and give the JSON file in it"},
    {STR_INIT("BZh"), "is packed with bzip2: unpack it, or pack it with gzip"},
    {STR_INIT("\xfd"
	      "7zXZ"),
	"is packed with xz: unpack it, or pack it with gzip"},
    {STR_INIT("\x28\xb5\x2f\xfd"), "is packed with zstd: unpack it, or pack it with gzip"},
};

static const struct str gzip_head = STR_INIT("\x1f\x8b");

static bool
begins_with(struct str text, struct str head)
{
	return text.n >= head.n && memcmp(text.s, head.s, head.n) == 0;
}

/* Two bytes a character without a mark: every other byte of the first two is zero. */
static bool
is_wide(struct str head)
{
	return head.n >= 4 &&
	    ((head.s[0] != 0 && head.s[1] == 0 && head.s[2] != 0 && head.s[3] == 0) ||
		(head.s[0] == 0 && head.s[1] != 0 && head.s[2] == 0 && head.s[3] != 0));
}

static enum err
begin_gzip(struct bytes *b, struct error *e)
{
	b->gzip = calloc(1, sizeof(*b->gzip));
	if (b->gzip == NULL)
		return error_memory(e);
	if (inflateInit2(b->gzip, GZIP_WINDOW) != Z_OK) {
		free(b->gzip);
		b->gzip = NULL;
		return error_memory(e);
	}
	return ERR_OK;
}

static enum err
read_plain(struct bytes *b, char *out, size_t room, size_t *n_r, struct error *e)
{
	size_t left = b->n_held - b->at;

	if (left == 0)
		return take(b, out, room, n_r, e);
	*n_r = left < room ? left : room;
	memcpy(out, b->held + b->at, *n_r);
	b->at += *n_r;
	return ERR_OK;
}

/* Unpack what is held into `out`; more than one packed file may follow each other. */
static enum err
unpack(struct bytes *b, char *out, size_t room, size_t *n_r, struct error *e)
{
	z_stream *z = b->gzip;
	int status;

	if (!b->inside && inflateReset(z) != Z_OK)
		return error_memory(e);
	b->inside = true;
	z->next_in = b->held + b->at;
	z->avail_in = (unsigned)(b->n_held - b->at);
	z->next_out = (unsigned char *)out;
	z->avail_out = (unsigned)room;
	status = inflate(z, Z_NO_FLUSH);
	b->at = b->n_held - z->avail_in;
	*n_r = room - z->avail_out;
	b->inside = status != Z_STREAM_END;
	if (status == Z_MEM_ERROR)
		return error_memory(e);
	if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
		return error_set(e, ERR_INPUT, "is packed with gzip, and damaged");
	return ERR_OK;
}

static enum err
read_packed(struct bytes *b, char *out, size_t room, size_t *n_r, struct error *e)
{
	enum err err = ERR_OK;

	room = room < ((size_t)1 << 30) ? room : (size_t)1 << 30;
	while (err == ERR_OK && *n_r == 0) {
		if (b->at == b->n_held) {
			b->at = b->n_held = 0;
			err = take(b, b->held, PACKED_ROOM, &b->n_held, e);
		}
		/* Padding behind the last of the packed files. */
		while (!b->inside && b->at < b->n_held && b->held[b->at] == 0)
			b->at++;
		if (err == ERR_OK && b->at == b->n_held && b->n_held > 0)
			continue;
		if (err == ERR_OK && b->n_held == 0)
			return b->inside
			    ? error_set(e, ERR_INPUT, "is packed with gzip, and cut short")
			    : ERR_OK;
		if (err == ERR_OK)
			err = unpack(b, out, room, n_r, e);
	}
	return err;
}

/* Whether a file with that head is text in UTF-8, or packed in a way that is read. */
static enum err
check_head(struct str head, const char *packed, struct error *e)
{
	for (size_t i = 0; i < N_OF(foreign); i++)
		if (begins_with(head, foreign[i].head))
			return error_set(e, ERR_INPUT, "%s%s", packed, foreign[i].problem);
	return is_wide(head)
	    ? error_set(e, ERR_INPUT, "%sis text in UTF-16: save it as UTF-8", packed)
	    : ERR_OK;
}

/* What is inside of a packed file. */
static enum err
begin_packed(struct bytes *b, struct error *e)
{
	static const char packed[] = "is packed with gzip, and what is in it ";
	enum err err = begin_gzip(b, e);
	struct str head = {b->head, 0};
	size_t n = 1;

	while (err == ERR_OK && n > 0 && b->n_head < HEAD_ROOM) {
		n = 0;
		err = read_packed(b, b->head + b->n_head, HEAD_ROOM - b->n_head, &n, e);
		b->n_head += n;
	}
	if (err != ERR_OK)
		return err;
	head.n = b->n_head;
	if (begins_with(head, gzip_head))
		return error_set(
		    e, ERR_INPUT, "%sis packed with gzip again: unpack it once", packed);
	return check_head(head, packed, e);
}

/* Read enough to know what the file is. */
static enum err
begin(struct bytes *b, struct error *e)
{
	struct str head;
	enum err err = ERR_OK;

	b->begun = true;
	while (b->n_held < HEAD_ROOM && !b->eof) {
		size_t n = 0;

		err = take(b, b->held + b->n_held, PACKED_ROOM - b->n_held, &n, e);
		if (err != ERR_OK)
			return err;
		b->n_held += n;
	}
	head = (struct str){(const char *)b->held, b->n_held};
	return begins_with(head, gzip_head) ? begin_packed(b, e) : check_head(head, "", e);
}

/* What is left of the head, then the rest. */
static enum err
read_unpacked(struct bytes *b, char *out, size_t room, size_t *n_r, struct error *e)
{
	size_t left = b->n_head - b->at_head;

	if (left == 0)
		return read_packed(b, out, room, n_r, e);
	*n_r = left < room ? left : room;
	memcpy(out, b->head + b->at_head, *n_r);
	b->at_head += *n_r;
	return ERR_OK;
}

enum err
bytes_read(struct bytes *b, char *out, size_t room, size_t *n_r, struct error *e)
{
	enum err err = b->begun ? ERR_OK : begin(b, e);

	*n_r = 0;
	if (err != ERR_OK)
		return err;
	return b->gzip == NULL ? read_plain(b, out, room, n_r, e)
			       : read_unpacked(b, out, room, n_r, e);
}
