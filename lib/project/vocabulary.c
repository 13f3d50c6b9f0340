#include "project/vocabulary.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "project/room.h"

enum err
vocabulary_add(struct arena *a, struct vocabulary *v, struct str text, uint32_t *r)
{
	struct word *words;
	size_t place;

	if (map_find(&v->texts, text, &place)) {
		*r = (uint32_t)place;
		return ERR_OK;
	}
	text = arena_str(a, text);
	words = room_for_more(a, v->words, v->texts.n, &v->room, sizeof(*words));
	if (text.s == NULL || words == NULL)
		return ERR_MEMORY;
	v->words = words;
	words[v->texts.n] = (struct word){.text = text, .agreement = {.parts = v->parts}};
	if (map_add(a, &v->texts, text) != ERR_OK)
		return ERR_MEMORY;
	*r = (uint32_t)v->texts.n - 1;
	return ERR_OK;
}

bool
vocabulary_first(struct vocabulary *v, uint32_t place)
{
	bool first = v->words[place].mark != v->marks;

	v->words[place].mark = v->marks;
	return first;
}

enum err
vocabulary_use(struct arena *a, struct vocabulary *v, const struct labels_value *value,
    bool prediction)
{
	enum err err = ERR_OK;
	uint32_t place;

	v->marks++;
	v->values[prediction] += value->n > 0;
	for (uint32_t i = 0; err == ERR_OK && i < value->n; i++) {
		err = vocabulary_add(a, v, value->list[i].text, &place);
		if (err == ERR_OK && vocabulary_first(v, place))
			v->words[place].uses[prediction]++;
	}
	return err;
}

enum err
vocabulary_use_number(struct arena *a, struct vocabulary *v, double number, bool prediction)
{
	static const struct str whole = STR_INIT(".0");
	struct label label = {.text = {0}};
	char text[NUMBER_ROOM];
	size_t n;

	if (isnan(number))
		return ERR_OK;
	n = number_write(text, number);
	if (n > whole.n && memcmp(&text[n - whole.n], whole.s, whole.n) == 0)
		n -= whole.n;
	label.text = (struct str){text, n};
	return vocabulary_use(a, v,
	    &(struct labels_value){.kind = LABELS_SET, .list = &label, .n = 1}, prediction);
}

static enum err
place_of(struct arena *a, struct vocabulary *v, struct str text, uint32_t *r)
{
	if (text.s != NULL)
		return vocabulary_add(a, v, text, r);
	*r = VOCABULARY_NONE;
	return ERR_OK;
}

static enum err
confuse(struct arena *a, struct confusions *c, uint32_t x, uint32_t y, uint64_t halves)
{
	struct confused *list;
	uint32_t place, known = c->places.n;

	if (idmap_add(a, &c->places, (uint64_t)x << 32 | y, &place) != ERR_OK)
		return ERR_MEMORY;
	list = room_for_more(a, c->list, place, &c->room, sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	c->list = list;
	if (place == known)
		list[place] = (struct confused){x, y, 0};
	list[place].halves += halves;
	return ERR_OK;
}

enum err
vocabulary_confuse(struct arena *a, struct vocabulary *v, enum confusion_of which,
    const struct labels_pairs *pairs, bool swapped, unsigned halves)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < pairs->n; i++) {
		const struct labels_pair *p = &pairs->list[i];
		uint32_t x, y;

		err = place_of(a, v, swapped ? p->b : p->a, &x);
		if (err == ERR_OK)
			err = place_of(a, v, swapped ? p->a : p->b, &y);
		if (err == ERR_OK)
			err = confuse(
			    a, &v->confusions[which], x, y, halves * (uint64_t)p->count);
	}
	return err;
}
