#include "http/pattern.h"

#include <string.h>

#include "base/number.h"

/* The segment that *path begins with ("/pets"), without its slash; *path becomes the rest.
 */
static struct str
next_segment(struct str *path)
{
	struct str rest = {path->s + 1, path->n - 1};
	const char *end = memchr(rest.s, '/', rest.n);
	size_t n = end == NULL ? rest.n : (size_t)(end - rest.s);

	*path = (struct str){rest.s + n, rest.n - n};
	return (struct str){rest.s, n};
}

/* Decimal digits and nothing else; a number beyond int64, which is nobody's id, becomes
 * the largest. */
static bool
read_id(struct str text, int64_t *r)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] < '0' || text.s[i] > '9')
			return false;
	if (!number_integer(text, r))
		*r = INT64_MAX;
	return text.n > 0;
}

static bool
take_value(bool is_text, struct str segment, struct pattern_value *r)
{
	if (!is_text)
		return read_id(segment, &r->id);
	r->text = segment;
	return segment.n > 0;
}

static bool
segment_fits(struct str pattern, struct str segment, size_t n,
    const struct pattern_name *names, struct pattern_value *values)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(pattern, names[i].name))
			return take_value(names[i].is_text, segment, &values[i]);
	return str_eq(pattern, segment);
}

bool
pattern_fits(const char *pattern, struct str path, size_t n,
    const struct pattern_name *names, struct pattern_value *values)
{
	struct str p = str_of(pattern);

	memset(values, 0, n * sizeof(*values));
	while (p.n > 0 && path.n > 0 && path.s[0] == '/') {
		struct str want = next_segment(&p), segment = next_segment(&path);

		if (!segment_fits(want, segment, n, names, values))
			return false;
	}
	return p.n == 0 && (path.n == 0 || str_is(path, "/"));
}
