/*
 * Write a Label Studio export to standard output: what the benchmarks measure with.
 * usage: generate boxes|polygons|texts|mixed TASKS ANNOTATORS SIZE [SPREAD [LABELS]]
 * SIZE: regions, or characters of text, of each annotation. SPREAD: per cent of the image
 * over which boxes lie (default 100; small values crowd them). LABELS: how many different
 * ones (default 8). The same arguments give the same bytes. Ownership: nothing outlives the
 * program.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
	long tasks, annotators, size, spread, labels;
};

static uint64_t state = 88172645463325252u;

/* Marsaglia's xorshift64. */
static double
uniform(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

static void
seed(long task, long annotator)
{
	state = (uint64_t)task * 0x9e3779b97f4a7c15u +
	    (uint64_t)annotator * 0xc2b2ae3d27d4eb4fu + 1;
	for (int i = 0; i < 8; i++)
		uniform();
}

static void
item_begin(const char *type, long i, long annotator)
{
	printf("%s{\"id\":\"%08lx\",\"type\":\"%s\",\"value\":{", i == 0 ? "" : ",",
	    (unsigned long)(i * 7919 + annotator * 104729 + 1), type);
}

static void
image_end(void)
{
	fputs("},\"to_name\":\"image\",\"from_name\":\"label\","
	      "\"original_width\":1920,\"original_height\":1080}",
	    stdout);
}

/* Every annotator sees the same box, a little elsewhere; one label in ten is another. */
static void
boxes(const struct job *j, long task, long annotator)
{
	double side = (double)j->spread / sqrt((double)j->size) * 0.8;

	for (long i = 0; i < j->size; i++) {
		double x, y, w, h;
		long label;

		seed(task * 1000003 + i, 0);
		x = uniform() * (double)j->spread;
		y = uniform() * (double)j->spread;
		w = side * (0.3 + uniform());
		h = side * (0.3 + uniform());
		label = (long)(uniform() * (double)j->labels);
		seed(task * 1000003 + i, annotator + 1);
		if (uniform() < 0.1)
			label = (label + 1) % j->labels;
		item_begin("rectanglelabels", i, annotator);
		printf(
		    "\"x\":%.3f,\"y\":%.3f,\"width\":%.3f,\"height\":%.3f,\"rotation\":0,"
		    "\"rectanglelabels\":[\"Label %ld\"]",
		    x + w * 0.1 * uniform(), y + h * 0.1 * uniform(),
		    w * (0.95 + 0.1 * uniform()), h * (0.95 + 0.1 * uniform()), label);
		image_end();
	}
}

static void
polygons(const struct job *j, long task, long annotator)
{
	double radius = 50.0 / sqrt((double)j->size);

	for (long i = 0; i < j->size; i++) {
		double x, y;
		long n, label;

		seed(task * 1000003 + i, 0);
		x = uniform() * 100.0;
		y = uniform() * 100.0;
		n = 8 + (long)(uniform() * 16.0);
		label = (long)(uniform() * (double)j->labels);
		item_begin("polygonlabels", i, annotator);
		fputs("\"points\":[", stdout);
		seed(task * 1000003 + i, annotator + 1);
		for (long k = 0; k < n; k++) {
			double angle = 2 * M_PI * (double)k / (double)n;
			double r = radius * (0.8 + 0.3 * uniform());

			printf("%s[%.4f,%.4f]", k == 0 ? "" : ",", x + r * cos(angle),
			    y + r * sin(angle));
		}
		printf("],\"closed\":true,\"polygonlabels\":[\"Label %ld\"]", label);
		image_end();
	}
}

static void
texts(const struct job *j, long task, long annotator)
{
	static const char *const words[] = {"the", "market", "opens", "early", "and",
	    "nobody", "asks", "price", "of", "apples", "before", "noon", "while", "rain",
	    "falls", "quietly"};
	long n = 0;

	item_begin("textarea", 0, annotator);
	fputs("\"text\":[\"", stdout);
	for (long i = 0; n < j->size; i++) {
		size_t word;

		seed(task * 1000003 + i, 0);
		word = (size_t)(uniform() * 16.0);
		seed(task * 1000003 + i, annotator + 1);
		if (uniform() < 0.08)
			word = (size_t)(uniform() * 16.0);
		n += printf("%s%s", i == 0 ? "" : " ", words[word]);
	}
	fputs("\"]},\"to_name\":\"image\",\"from_name\":\"label\"}", stdout);
}

/* Every annotator answers the same of `n` most of the time. */
static long
answer_of(long n, long task, long question, long annotator)
{
	long answer;

	seed(task * 1000003 - question, 0);
	answer = (long)(uniform() * (double)n);
	seed(task * 1000003 - question, annotator + 1);
	return uniform() < 0.2 ? (long)(uniform() * (double)n) : answer;
}

/* Boxes, and a choice, a rating, a taxonomy and a short text about the whole. */
static void
mixed(const struct job *j, long task, long annotator)
{
	static const char *const choices[] = {"good", "fair", "poor"};
	static const char *const notes[] = {
	    "two apples and a pear", "two apples and pears", "an apple", "nothing to see"};

	boxes(j, task, annotator);
	item_begin("choices", j->size, annotator);
	printf("\"choices\":[\"%s\"]},\"to_name\":\"image\",\"from_name\":\"quality\"}",
	    choices[answer_of(3, task, 1, annotator)]);
	item_begin("rating", j->size + 1, annotator);
	printf("\"rating\":%ld},\"to_name\":\"image\",\"from_name\":\"stars\"}",
	    1 + answer_of(5, task, 2, annotator));
	item_begin("taxonomy", j->size + 2, annotator);
	printf("\"taxonomy\":[[\"food\",\"fruit %ld\"]]},\"to_name\":\"image\","
	       "\"from_name\":\"topic\"}",
	    answer_of(6, task, 3, annotator));
	item_begin("textarea", j->size + 3, annotator);
	printf("\"text\":[\"%s\"]},\"to_name\":\"image\",\"from_name\":\"note\"}",
	    notes[answer_of(4, task, 4, annotator)]);
}

static const struct {
	const char *name;
	void (*write)(const struct job *, long task, long annotator);
} kinds[] = {{"boxes", boxes}, {"polygons", polygons}, {"texts", texts}, {"mixed", mixed}};

static void
write_task(const struct job *j, void (*write)(const struct job *, long, long), long task)
{
	printf("%s{\"id\":%ld,\"inner_id\":%ld,\"data\":{\"image\":\"/data/upload/"
	       "%ld.jpg\"},\"annotations\":[",
	    task == 1 ? "" : ",\n", task, task, task);
	for (long a = 0; a < j->annotators; a++) {
		printf("%s{\"id\":%ld,\"completed_by\":{\"id\":%ld,\"email\":\"annotator%"
		       "ld@example.com\","
		       "\"first_name\":\"Ann\",\"last_name\":\"Otator "
		       "%ld\"},\"was_cancelled\":false,"
		       "\"ground_truth\":false,\"created_at\":\"2026-01-02T03:04:05Z\","
		       "\"updated_at\":\"2026-01-02T03:04:05.000006Z\",\"result\":[",
		    a == 0 ? "" : ",", (task - 1) * j->annotators + a + 1, a + 1, a + 1,
		    a + 1);
		write(j, task, a);
		fputs("]}", stdout);
	}
	fputs("],\"predictions\":[]}", stdout);
}

int
main(int argc, char **argv)
{
	struct job j = {0, 0, 0, 100, 8};
	long *const fields[] = {&j.tasks, &j.annotators, &j.size, &j.spread, &j.labels};

	for (int i = 2; i < argc && i < 7; i++)
		*fields[i - 2] = strtol(argv[i], NULL, 10);
	for (size_t k = 0; argc >= 5 && k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		if (strcmp(argv[1], kinds[k].name) != 0)
			continue;
		puts("[");
		for (long t = 1; t <= j.tasks; t++)
			write_task(&j, kinds[k].write, t);
		puts("]");
		return ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	fputs("usage: generate boxes|polygons|texts|mixed TASKS ANNOTATORS SIZE [SPREAD "
	      "[LABELS]]\n",
	    stderr);
	return 2;
}
