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

/* The rest of a path fits the rest of a pattern. */
static bool
rest_fits(struct str pattern, struct str path, size_t n, const struct pattern_name *names,
    struct pattern_value *values)
{
	while (pattern.n > 0 && path.n > 0 && path.s[0] == '/') {
		struct str want = next_segment(&pattern), segment = next_segment(&path);
		size_t i = 0;

		while (i < n && !str_eq(want, names[i].name))
			i++;
		if (i == n ? !str_eq(want, segment)
			   : !names[i].is_text && !read_id(segment, &values[i].id))
			return false;
		if (i == n || !names[i].is_text)
			continue;
		/* As few segments as will do. */
		for (values[i].text = segment; segment.n > 0;
		    values[i].text.n += segment.n + 1) {
			if (rest_fits(pattern, path, n, names, values))
				return true;
			if (path.n == 0 || path.s[0] != '/')
				return false;
			segment = next_segment(&path);
		}
		return false;
	}
	return pattern.n == 0 && (path.n == 0 || str_is(path, "/"));
}

bool
pattern_fits(const char *pattern, struct str path, size_t n,
    const struct pattern_name *names, struct pattern_value *values)
{
	memset(values, 0, n * sizeof(*values));
	return rest_fits(str_of(pattern), path, n, names, values);
}
