#include "labelstudio/scan.h"

enum { BYTE_PLAIN, BYTE_QUOTE, BYTE_OPEN, BYTE_CLOSE };

static const unsigned char outside[256] = {['"'] = BYTE_QUOTE,
    ['{'] = BYTE_OPEN,
    ['['] = BYTE_OPEN,
    ['}'] = BYTE_CLOSE,
    [']'] = BYTE_CLOSE};
static const unsigned char inside[256] = {['"'] = 1, ['\\'] = 1};
static const unsigned char after_scalar[256] = {
    [','] = 1, [']'] = 1, ['}'] = 1, [' '] = 1, ['\n'] = 1, ['\r'] = 1, ['\t'] = 1};

struct scan
scan_start(char first)
{
	return (struct scan){.scalar = first != '{' && first != '[' && first != '"'};
}

/* The first byte from p on that the table marks. */
static const unsigned char *
run(const unsigned char *p, const unsigned char *end, const unsigned char table[256])
{
	for (; end - p >= 4; p += 4) {
		if (table[p[0]] != 0)
			return p;
		if (table[p[1]] != 0)
			return p + 1;
		if (table[p[2]] != 0)
			return p + 2;
		if (table[p[3]] != 0)
			return p + 3;
	}
	while (p < end && table[*p] == 0)
		p++;
	return p;
}

static const unsigned char *
string_end(struct scan *s, const unsigned char *p, const unsigned char *end)
{
	if (s->escaped) {
		p++;
		s->escaped = false;
	}
	while ((p = run(p, end, inside)) < end) {
		if (*p == '"') {
			s->in_string = false;
			s->done = s->depth == 0;
			return p + 1;
		}
		if (end - p == 1) {
			s->escaped = true;
			return end;
		}
		p += 2;
	}
	return p;
}

size_t
scan_bytes(struct scan *s, const char *bytes, size_t n)
{
	const unsigned char *first = (const unsigned char *)bytes, *p = first,
			    *end = first + n;

	if (s->scalar) {
		p = run(p, end, after_scalar);
		s->done = p < end;
	}
	while (p < end && !s->done) {
		if (s->in_string) {
			p = string_end(s, p, end);
			continue;
		}
		p = run(p, end, outside);
		if (p == end)
			break;
		switch (outside[*p++]) {
		case BYTE_QUOTE:
			s->in_string = true;
			break;
		case BYTE_OPEN:
			s->depth++;
			break;
		default:
			s->done = --s->depth == 0;
		}
	}
	return (size_t)(p - first);
}
