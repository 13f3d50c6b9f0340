#include "metric/text/lines.h"

#include "metric/field.h"
#include "metric/place.h"

/* An OCR region has its text under a name of its own. */
static const struct json *
find(const struct item *item)
{
	const struct json *text = json_get(item->value, "text");
	const struct json *ocr = json_get(item->value, "ocrtext");

	return json_is_null(ocr) || (!json_is_null(text) && str_is(item->type, "textarea"))
	    ? text
	    : ocr;
}

/* How many lines an item has. ERR_INPUT if `text` is neither a text nor a list. */
static enum err
count_lines(const struct item *item, uint32_t *r, struct error *e)
{
	const struct json *text = find(item);

	if (!json_is_null(text) && text->type != JSON_STRING && text->type != JSON_ARRAY)
		return field_error(item, "text", "text or a list of texts is required", e);
	*r = json_is_null(text) ? 0 : text->type == JSON_STRING ? 1 : text->n;
	return ERR_OK;
}

static enum err
read_item(const struct item *item, struct lines *r, struct error *e)
{
	const struct json *text = find(item);
	uint64_t place = place_of(item);
	uint32_t n;
	enum err err = count_lines(item, &n, e);

	for (uint32_t i = 0; err == ERR_OK && i < n; i++) {
		const struct json *line =
		    text->type == JSON_STRING ? text : json_at(text, i);

		if (line->type != JSON_STRING)
			return error_set(e, ERR_INPUT,
			    "$[%u].value.text[%u]: text is required", item->index, i);
		r->places[r->n] = place;
		r->list[r->n++] = json_str(line);
		r->digest = r->digest * 31 + str_hash(json_str(line)) + 7 * place;
	}
	return err;
}

enum err
lines_read(
    struct arena *a, const struct item *items, uint32_t n, struct lines *r, struct error *e)
{
	struct lines lines = {0};
	size_t all = 0;
	enum err err = ERR_OK;

	for (uint32_t i = 0; err == ERR_OK && i < n; i++) {
		uint32_t count = 0;

		err = field_value(&items[i], e);
		if (err == ERR_OK)
			err = count_lines(&items[i], &count, e);
		all += count;
	}
	if (err != ERR_OK)
		return err;
	lines.list = arena_alloc(a, all * sizeof(lines.list[0]));
	lines.places = arena_alloc(a, all * sizeof(lines.places[0]));
	if (lines.list == NULL || lines.places == NULL ||
	    place_sort(a, items, n, &items) != ERR_OK)
		return error_memory(e);
	for (uint32_t i = 0; err == ERR_OK && i < n; i++)
		err = read_item(&items[i], &lines, e);
	if (err == ERR_OK)
		*r = lines;
	return err;
}
