#include "labelstudio/labelconfig.h"

#include <config.h>
#define XML_DTD /* the header shows the limits on entities only with it */
#include <expat.h>

#include "labelstudio/configdraft.h"
#include "labelstudio/control.h"
#include "labelstudio/control_tag.h"

#define TEXT_MAX ((size_t)16 << 20)

/* Internal entities may grow a text to 64 KiB, and beyond that to this many times its own
 * size. */
#define AMPLIFICATION_MAX 20.0f
#define AMPLIFICATION_FREE ((size_t)64 << 10)

/* Where something is wrong. */
struct place {
	unsigned long long line, column;
};

struct reader {
	XML_Parser parser;
	struct configdraft draft;
	enum err err; /* of a handler; then the parser was stopped */
	struct place at;
};

static struct place
place_of(XML_Parser parser)
{
#if HAVE_DECL_XML_GETCURRENTLINENUMBER64
	return (struct place){XML_GetCurrentLineNumber64(parser),
	    (unsigned long long)XML_GetCurrentColumnNumber64(parser)};
#else
	return (struct place){
	    XML_GetCurrentLineNumber(parser), XML_GetCurrentColumnNumber(parser)};
#endif
}

static void
on_start(void *data, const XML_Char *element, const XML_Char **attributes)
{
	struct reader *r = data;

	if (r->err != ERR_OK)
		return;
	r->err = configdraft_open(&r->draft, element, attributes);
	if (r->err == ERR_OK)
		return;
	r->at = place_of(r->parser);
	XML_StopParser(r->parser, XML_FALSE);
}

static void
on_end(void *data, const XML_Char *element)
{
	struct reader *r = data;

	(void)element;
	configdraft_close(&r->draft);
}

/* Whatever an external entity names is not ours to open. */
static int
on_external(XML_Parser parser, const XML_Char *context, const XML_Char *base,
    const XML_Char *system, const XML_Char *public)
{
	(void)parser, (void)context, (void)base, (void)system, (void)public;
	return XML_STATUS_ERROR;
}

/* What a handler found, else what expat did. */
static enum err
explain(const struct reader *r, struct error *e)
{
	enum XML_Error code = XML_GetErrorCode(r->parser);
	enum err err = r->err != ERR_OK	  ? r->err
	    : code == XML_ERROR_NO_MEMORY ? ERR_MEMORY
					  : ERR_INPUT;
	struct place at = r->err == ERR_OK ? place_of(r->parser) : r->at;
	const char *problem = XML_ErrorString(code);

	if (err == ERR_MEMORY)
		problem = "out of memory";
	else if (r->err == ERR_INPUT)
		problem = "elements are nested more than " STR_OF_MACRO(
		    CONFIGDRAFT_DEPTH) " deep";
	else if (code == XML_ERROR_EXTERNAL_ENTITY_HANDLING)
		problem = "external entities are not loaded";
	return error_set(e, err, "label config: line %llu, column %llu: %s", at.line,
	    at.column + 1, problem);
}

static enum err
parse(struct reader *r, struct str xml, struct error *e)
{
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetExternalEntityRefHandler(r->parser, on_external);
	XML_SetBillionLaughsAttackProtectionMaximumAmplification(
	    r->parser, AMPLIFICATION_MAX);
	XML_SetBillionLaughsAttackProtectionActivationThreshold(
	    r->parser, AMPLIFICATION_FREE);
	if (XML_Parse(r->parser, xml.s, (int)xml.n, XML_TRUE) != XML_STATUS_OK)
		return explain(r, e);
	return ERR_OK;
}

enum err
labelconfig_parse(struct arena *a, struct str xml, struct labelconfig *r, struct error *e)
{
	struct reader reader = {.err = ERR_OK};
	enum err err;

	if (str_trim(xml).n == 0) {
		*r = (struct labelconfig){0};
		return ERR_OK;
	}
	if (xml.n > TEXT_MAX)
		return error_set(e, ERR_LIMIT, "label config: over %zu bytes", TEXT_MAX);
	configdraft_init(&reader.draft, a);
	reader.parser = XML_ParserCreate("UTF-8");
	if (reader.parser == NULL)
		return error_set(e, ERR_MEMORY, "label config: out of memory");
	err = parse(&reader, xml, e);
	XML_ParserFree(reader.parser);
	return err == ERR_OK ? configdraft_finish(&reader.draft, r, e) : err;
}

void
labelconfig_guess(const struct item *item, struct control *r)
{
	const struct tag *tag = tag_of_type(item->type);
	enum shape_id region = item_shape(item);
	bool draws = tag != NULL && tag->shape != SHAPE_NONE;
	/* An unknown tag draws the geometry that it has; labels have that of any shape. */
	bool by_shape = tag == NULL ? item->region == item : str_is(item->type, "labels");
	struct control c = {
	    .name = item->from_name,
	    .tag = tag != NULL ? str_of(tag->name) : item->type,
	    .per_region = region != SHAPE_NONE && !draws && !by_shape,
	};

	control_choose_metric(&c, tag, NULL, region);
	/* Labels over text and hypertext are spans of either. */
	if (by_shape && region != SHAPE_NONE && (tag == NULL || region != SHAPE_HTML))
		c.metric = tag_shape_metric(region);
	*r = c;
}
