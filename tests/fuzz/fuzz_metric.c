/*
 * A metric case, {"metric","params","a","b"} as in tests/golden and tests/cases, whose
 * lines are good seeds: split -l 1 tests/golden/FILE CORPUS/
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "metric/explanation.h"
#include "metric/metric.h"

static enum err
prepare(const struct measure *m, struct arena *a, const struct json *list,
    const struct prepared **r)
{
	struct result value;
	struct error e;
	enum err err = result_read(a, list, &value, &e);

	return err == ERR_OK ? measure_prepare(m, a, &value, r, &e) : err;
}

static void
score(const struct measure *m, struct arena *a, const struct json *x, const struct json *y)
{
	const struct prepared *p, *q;
	struct explanation why;
	double there, back;

	if (prepare(m, a, x, &p) != ERR_OK || prepare(m, a, y, &q) != ERR_OK ||
	    measure_cost(m, p, q) > 1e9 || measure_score(m, a, p, q, &there) != ERR_OK ||
	    measure_score(m, a, q, p, &back) != ERR_OK)
		return;
	if (memcmp(&there, &back, sizeof(there)) != 0 || !(there >= 0.0 && there <= 1.0))
		abort();
	if (measure_explain(m, a, p, q, &why) == ERR_OK &&
	    memcmp(&there, &why.score, sizeof(there)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	const struct json *j;
	struct measure m;
	struct error e;

	if (a != NULL &&
	    json_parse(a, (struct str){(const char *)data, size}, &j, &e) == ERR_OK &&
	    measure_init(a, json_str(json_get(j, "metric")), json_get(j, "params"), &m,
		&e) == ERR_OK)
		score(&m, a, json_get(j, "a"), json_get(j, "b"));
	arena_free(a);
	return 0;
}
