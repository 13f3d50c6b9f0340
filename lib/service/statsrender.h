/*
 * Statistics as JSON, of the service and of the command: the same members in both. As with
 * all that json/write.h writes, the buffer says whether it could be written.
 */
#ifndef SERVICE_STATSRENDER_H
#define SERVICE_STATSRENDER_H

#include "json/write.h"
#include "project/reliability.h"
#include "project/tally.h"

/* Writes the members that say what was asked, the value, and, unless by
 * RELIABILITY_ALL, "groups". */
void statsrender_reliability(struct json_writer *w, const struct reliability_question *q,
    const struct reliability_answer *answer);

/* Writes a category: a number, a text, or a list of texts. */
void statsrender_category(struct json_writer *w, const char *key, const struct category *c);

/* What was confused with what, and where. */
struct statsrender_confused {
	enum confusion_of which;
	struct str control; /* of all its dimensions; absent: of any control */
	int64_t dimension;  /* id; 0: any */
};

/* Writes a confusion matrix as an object, with memory of `a`. Errors as of
 * confusion_add(); nothing is written then. */
enum err statsrender_confusion(struct json_writer *w, const char *key, struct arena *a,
    const struct tally *t, const struct statsrender_confused *of) ERR_WARN_UNUSED;

#endif
