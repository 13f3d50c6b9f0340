#include "import/loadguess.h"

#include "base/utf8.h"
#include "matrix/follow.h"

/* Names that results can suggest; more than any project has. */
#define ROWS_MAX 1000

/* Names that do not fit into our tables. */
static enum err
check_names(const struct dimension_rows *rows, struct error *e)
{
	for (size_t i = 0; i < rows->n; i++)
		if (utf8_count(rows->list[i].name) > STORE_NAME_MAX)
			return error_set(e, ERR_INPUT,
			    "the name of a control is longer than " STR_OF_MACRO(
				STORE_NAME_MAX) " characters: %.40s..",
			    rows->list[i].name.s);
	return ERR_OK;
}

enum err
loadguess_begin(struct loadguess *g, struct str label_config, struct error *e)
{
	struct dimension_rows rows;
	enum err err = ERR_OK;

	*g = (struct loadguess){.arena = arena_new(0),
	    .scratch = arena_new(0),
	    .has_config = label_config.s != NULL};
	if (g->arena == NULL || g->scratch == NULL)
		err = error_memory(e);
	else if (g->has_config)
		err = dimension_derive(g->scratch, label_config, (struct str){0}, &rows, e);
	if (err == ERR_OK && g->has_config)
		err = check_names(&rows, e);
	if (err != ERR_OK)
		loadguess_end(g);
	return err;
}

void
loadguess_end(struct loadguess *g)
{
	arena_free(g->scratch);
	arena_free(g->arena);
	*g = (struct loadguess){0};
}

enum err
loadguess_project(struct loadguess *g, struct store *s, int64_t project, struct error *e)
{
	struct dimension_rows rows;
	struct store_project p;
	enum err err;

	if (g->has_config)
		return ERR_OK;
	arena_reset(g->scratch);
	err = store_project(s, g->scratch, project, &p, e);
	if (err != ERR_OK)
		return err;
	err = dimension_derive(g->scratch, p.label_config, p.control_weights, &rows, NULL);
	if (err == ERR_MEMORY)
		return error_memory(e);
	g->has_config = err == ERR_OK;
	return ERR_OK;
}

enum err
loadguess_result(struct loadguess *g, struct str text)
{
	const struct json *json;
	struct result result;
	enum err err;

	if (g->has_config || text.n == 0 || g->rows.n >= ROWS_MAX)
		return ERR_OK;
	arena_reset(g->scratch);
	err = json_parse(g->scratch, text, &json, NULL);
	if (err == ERR_OK)
		err = result_read(g->scratch, json, &result, NULL);
	if (err != ERR_OK)
		return err == ERR_INPUT ? ERR_OK : err;
	return dimension_guess(g->arena, &result, &g->rows);
}

static bool
is_present(const struct store_dimension_list *list, struct str control_tag)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].is_present &&
		    str_eq(list->items[i].control_tag, control_tag))
			return true;
	return false;
}

/* Add what the results suggest and is not there. */
static enum err
add_missing(struct loadguess *g, struct store *s, const struct store_project *p,
    const struct store_dimension_list *now, struct error *e)
{
	struct store_dimension *wanted = arena_calloc(g->arena, g->rows.n, sizeof(*wanted));
	struct store_dimension_list list;
	size_t n = 0;

	if (wanted == NULL)
		return error_memory(e);
	for (size_t i = 0; i < g->rows.n; i++)
		if (!is_present(now, g->rows.list[i].control_tag))
			wanted[n++] = g->rows.list[i];
	return n == 0 ? ERR_OK
		      : store_dimensions_sync(
			    s, g->arena, p->id, p->fingerprint, wanted, n, false, &list, e);
}

enum err
loadguess_write(struct loadguess *g, struct store *s, int64_t project, struct error *e)
{
	struct store_dimension_list list;
	struct store_project p;
	enum err err;

	if (g->has_config)
		return follow_config(s, g->arena, project, &list, e);
	/* What is there, less what is of a configuration that is gone. */
	err = follow_project(s, g->arena, project, &p, &list, e);
	return err == ERR_OK ? add_missing(g, s, &p, &list, e) : err;
}
