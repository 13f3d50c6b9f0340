#include "labelstudio/labelconfig.h"

#include <string.h>

#define XML_DTD /* the header shows the limits on entities only with it */
#include <expat.h>

#include "labelstudio/control.h"
#include "labelstudio/nameset.h"
#include "labelstudio/tag.h"

#define DEPTH_MAX 256
#define TEXT_MAX ((size_t)16 << 20)
#define INDEX_MARK "{{idx}}"

/* Internal entities may grow a text to 64 KiB, and beyond that to this many times its own
 * size. */
#define AMPLIFICATION_MAX 20.0f
#define AMPLIFICATION_FREE ((size_t)64 << 10)

/* A control in the making. */
struct draft {
	struct draft *next;
	struct control control;
	struct nameset labels;
};

struct object {
	struct object *next;
	struct str tag;
};

/* An element that is open, as its children see it. */
struct frame {
	struct draft *control; /* the nearest control; NULL outside of one */
	struct str index_flag; /* of this Repeater; absent elsewhere */
};

struct builder {
	struct arena *arena;
	XML_Parser parser;
	struct frame frames[DEPTH_MAX];
	size_t depth;
	struct nameset control_names, object_names;
	struct draft *first_control, **last_control;
	struct object *first_object, **last_object; /* in the order of object_names */
	enum err err;
	const char *problem;
	unsigned long line, column; /* where `err` was met */
};

static void
stop(struct builder *b, enum err err, const char *problem)
{
	b->err = err;
	b->problem = problem;
	b->line = XML_GetCurrentLineNumber(b->parser);
	b->column = XML_GetCurrentColumnNumber(b->parser);
	XML_StopParser(b->parser, XML_FALSE);
}

/* The value of an attribute; the absent text if it is not there or empty. */
static struct str
attribute(const XML_Char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0 && attributes[1][0] != '\0')
			return str_of(attributes[1]);
	return (struct str){0};
}

static struct str
local_name(const XML_Char *element)
{
	const char *colon = strrchr(element, ':');

	return str_of(colon == NULL ? element : colon + 1);
}

/* A copy of `s` with each `flag` replaced by the mark that names have for an index. */
static struct str
replace_flag(struct arena *a, struct str s, struct str flag)
{
	const size_t mark = strlen(INDEX_MARK);
	char *out = arena_alloc(a, s.n / flag.n * mark + s.n + 1);
	size_t n = 0;

	if (out == NULL)
		return (struct str){0};
	for (size_t i = 0; i < s.n;) {
		if (s.n - i >= flag.n && memcmp(s.s + i, flag.s, flag.n) == 0) {
			memcpy(out + n, INDEX_MARK, mark);
			n += mark;
			i += flag.n;
		} else {
			out[n++] = s.s[i++];
		}
	}
	return (struct str){out, n};
}

/* A name as it is kept: Repeaters may call their index as they like. */
static struct str
keep_name(struct builder *b, struct str name)
{
	struct str kept = arena_str(b->arena, name);

	for (size_t i = 0; i < b->depth && kept.s != NULL; i++) {
		struct str flag = b->frames[i].index_flag;

		if (flag.s != NULL && !str_is(flag, INDEX_MARK))
			kept = replace_flag(b->arena, kept, flag);
	}
	return kept;
}

/* Cut "a, b" at the commas. */
static bool
keep_to_names(struct builder *b, struct str list, struct control *c)
{
	size_t commas = 0;

	for (size_t i = 0; i < list.n; i++)
		commas += list.s[i] == ',';
	c->to_names = arena_calloc(b->arena, commas + 1, sizeof(*c->to_names));
	if (c->to_names == NULL)
		return false;
	for (size_t i = 0; i <= commas; i++) {
		const char *comma = list.n == 0 ? NULL : memchr(list.s, ',', list.n);
		size_t n = comma == NULL ? list.n : (size_t)(comma - list.s);
		struct str name = str_trim((struct str){list.s, n});

		list = (struct str){
		    list.s + n + (comma != NULL), list.n - n - (comma != NULL)};
		if (name.n == 0)
			continue;
		c->to_names[c->n_to_names] = keep_name(b, name);
		if (c->to_names[c->n_to_names++].s == NULL)
			return false;
	}
	return true;
}

static bool
is_dynamic(const struct tag *tag, const XML_Char **attributes)
{
	struct str value = attribute(attributes, "value");

	if (tag != NULL && !tag->labels)
		return false;
	return (value.n > 1 && value.s[0] == '$') ||
	    attribute(attributes, "apiUrl").s != NULL;
}

/* Note a control; the frame's is NULL if another one has that name. */
static bool
add_control(
    struct builder *b, struct str element, const XML_Char **attributes, struct frame *frame)
{
	const struct tag *tag = tag_of_name(element);
	struct str to_name = attribute(attributes, "toName");
	struct str name = keep_name(b, attribute(attributes, "name"));
	size_t before = b->control_names.n;
	struct draft *d = arena_calloc(b->arena, 1, sizeof(*d));

	frame->control = NULL;
	if (d == NULL || name.s == NULL ||
	    nameset_add(b->arena, &b->control_names, name) != ERR_OK)
		return false;
	if (b->control_names.n == before)
		return true;
	d->control.name = name;
	d->control.tag = arena_str(b->arena, element);
	d->control.per_region =
	    str_eq_nocase(attribute(attributes, "perRegion"), STR("true"));
	d->control.dynamic = is_dynamic(tag, attributes);
	if (d->control.tag.s == NULL ||
	    !keep_to_names(b, to_name.s == NULL ? name : to_name, &d->control))
		return false;
	*b->last_control = d;
	b->last_control = &d->next;
	frame->control = d;
	return true;
}

static bool
add_object(struct builder *b, struct str element, const XML_Char **attributes)
{
	struct str name = keep_name(b, attribute(attributes, "name"));
	size_t before = b->object_names.n;
	struct object *o = arena_calloc(b->arena, 1, sizeof(*o));

	if (o == NULL || name.s == NULL ||
	    nameset_add(b->arena, &b->object_names, name) != ERR_OK)
		return false;
	if (b->object_names.n == before)
		return true;
	o->tag = arena_str(b->arena, element);
	*b->last_object = o;
	b->last_object = &o->next;
	return o->tag.s != NULL;
}

static bool
add_label(struct builder *b, struct draft *control, const XML_Char **attributes)
{
	struct str label = attribute(attributes, "alias");

	if (label.s == NULL)
		label = attribute(attributes, "value");
	if (label.s == NULL || control == NULL)
		return true;
	label = arena_str(b->arena, label);
	return label.s != NULL && nameset_add(b->arena, &control->labels, label) == ERR_OK;
}

static bool
add_element(
    struct builder *b, struct str element, const XML_Char **attributes, struct frame *frame)
{
	const struct tag *tag = tag_of_name(element);
	bool self = tag != NULL && tag->self;
	bool named = attribute(attributes, "name").s != NULL;
	bool control = named && !str_eq_nocase(element, STR("Filter")) &&
	    (self || attribute(attributes, "toName").s != NULL);
	bool object = named &&
	    (attribute(attributes, "value").s != NULL ||
		attribute(attributes, "valueList").s != NULL);

	if (str_eq_nocase(element, STR("Label")) || str_eq_nocase(element, STR("Choice")))
		return add_label(b, frame->control, attributes);
	if (control && !add_control(b, element, attributes, frame))
		return false;
	return !(self ? named : object && !control) || add_object(b, element, attributes);
}

static void
on_start(void *data, const XML_Char *element, const XML_Char **attributes)
{
	struct builder *b = data;
	struct str flag = attribute(attributes, "indexFlag");
	struct frame frame = {
	    .control = b->depth == 0 ? NULL : b->frames[b->depth - 1].control};

	if (b->err != ERR_OK)
		return;
	if (b->depth == DEPTH_MAX) {
		stop(b, ERR_INPUT, "elements are nested too deeply");
		return;
	}
	if (!add_element(b, local_name(element), attributes, &frame) ||
	    (flag.s != NULL && (frame.index_flag = arena_str(b->arena, flag)).s == NULL)) {
		stop(b, ERR_MEMORY, "out of memory");
		return;
	}
	b->frames[b->depth++] = frame;
}

static void
on_end(void *data, const XML_Char *element)
{
	struct builder *b = data;

	(void)element;
	if (b->depth > 0)
		b->depth--;
}

/* Whatever an external entity names is not ours to open. */
static int
on_external(XML_Parser parser, const XML_Char *context, const XML_Char *base,
    const XML_Char *system, const XML_Char *public)
{
	(void)parser, (void)context, (void)base, (void)system, (void)public;
	return XML_STATUS_ERROR;
}

/* What expat found, unless a handler found something before. */
static enum err
explain(struct builder *b, struct error *e)
{
	enum XML_Error code = XML_GetErrorCode(b->parser);

	if (b->err == ERR_OK) {
		b->err = code == XML_ERROR_NO_MEMORY ? ERR_MEMORY : ERR_INPUT;
		b->problem = code == XML_ERROR_EXTERNAL_ENTITY_HANDLING
		    ? "external entities are not loaded"
		    : XML_ErrorString(code);
		b->line = XML_GetCurrentLineNumber(b->parser);
		b->column = XML_GetCurrentColumnNumber(b->parser);
	}
	return error_set(e, b->err, "label config: line %lu, column %lu: %s", b->line,
	    b->column + 1, b->problem);
}

static enum err
parse(struct builder *b, struct str xml, struct error *e)
{
	XML_SetUserData(b->parser, b);
	XML_SetElementHandler(b->parser, on_start, on_end);
	XML_SetExternalEntityRefHandler(b->parser, on_external);
	XML_SetBillionLaughsAttackProtectionMaximumAmplification(
	    b->parser, AMPLIFICATION_MAX);
	XML_SetBillionLaughsAttackProtectionActivationThreshold(
	    b->parser, AMPLIFICATION_FREE);
	if (XML_Parse(b->parser, xml.s, (int)xml.n, XML_TRUE) != XML_STATUS_OK)
		return explain(b, e);
	return ERR_OK;
}

/* The tag of the first object of a control that there is. */
static struct str
object_tag(const struct builder *b, const struct str *tags, const struct control *c)
{
	for (size_t k = 0, i; k < c->n_to_names; k++)
		if (nameset_find(&b->object_names, c->to_names[k], &i))
			return tags[i];
	return (struct str){0};
}

static enum err
finish(const struct builder *b, struct labelconfig *r)
{
	struct control *controls =
	    arena_calloc(b->arena, b->control_names.n, sizeof(*controls));
	struct str *tags = arena_calloc(b->arena, b->object_names.n, sizeof(*tags));
	size_t n = 0;

	if (controls == NULL || tags == NULL)
		return ERR_MEMORY;
	for (const struct object *o = b->first_object; o != NULL; o = o->next)
		tags[n++] = o->tag;
	n = 0;
	for (const struct draft *d = b->first_control; d != NULL; d = d->next) {
		controls[n] = d->control;
		controls[n].object_tag = object_tag(b, tags, &d->control);
		controls[n].labels = d->labels.names;
		controls[n++].n_labels = d->labels.n;
	}
	if (control_choose_metrics(b->arena, controls, n) != ERR_OK)
		return ERR_MEMORY;
	*r = (struct labelconfig){controls, n};
	return ERR_OK;
}

enum err
labelconfig_parse(struct arena *a, struct str xml, struct labelconfig *r, struct error *e)
{
	struct builder b = {.arena = a};
	enum err err;

	if (str_trim(xml).n == 0) {
		*r = (struct labelconfig){0};
		return ERR_OK;
	}
	if (xml.n > TEXT_MAX)
		return error_set(e, ERR_LIMIT, "label config: over %zu bytes", TEXT_MAX);
	b.last_control = &b.first_control;
	b.last_object = &b.first_object;
	b.parser = XML_ParserCreate("UTF-8");
	if (b.parser == NULL)
		return error_set(e, ERR_MEMORY, "label config: out of memory");
	err = parse(&b, xml, e);
	XML_ParserFree(b.parser);
	if (err == ERR_OK && (err = finish(&b, r)) != ERR_OK)
		return error_set(e, err, "label config: out of memory");
	return err;
}

void
labelconfig_guess(
    struct str name, struct str type, struct str per_region_shape, struct control *r)
{
	const struct tag *tag = tag_of_type(type);
	const struct tag *region =
	    per_region_shape.s == NULL ? NULL : tag_of_type(per_region_shape);
	bool labels = tag != NULL && str_is(type, "labels");
	struct control c = {
	    .name = name,
	    .tag = tag != NULL ? str_of(tag->name) : type,
	    .per_region = per_region_shape.s != NULL && tag != NULL &&
		tag->payload != TAG_PAYLOAD_NONE,
	};

	control_choose_metric(&c, tag,
	    labels && region != NULL && region->drawing ? region : NULL,
	    region == NULL ? TAG_SHAPE_NONE : region->shape);
	*r = c;
}
