/*
 * Points in time written in a format of strftime's names, as the `timeFormat` of Label
 * Studio's TimeSeries tag says them: those of d3-time-format, which Label Studio reads and
 * writes by, and the further ones of POSIX. Names of days and months are the English ones,
 * whatever the locale.
 *
 *   %Y %G year   %y %g year, two digits (69-99: 1969-1999)   %m month   %d %e day
 *   %b %B %h month's name   %j day of the year   %q quarter   %a %A day's name
 *   %u %w day of the week (1-7 from Monday; 0-6 from Sunday)   %U %W %V week of the year
 *   (from Sunday, from Monday, ISO 8601)   %H %k hour   %I %l hour, 1-12   %p %P AM or PM
 *   %M minute   %S second   %L %f fraction of the second   %z %Z offset (Z, +02, +0200,
 *   +02:00, UTC, GMT)   %s seconds, %Q milliseconds since 1970   %n %t white space   %% %
 *   %D %m/%d/%y   %F %Y-%m-%d   %T %H:%M:%S   %R %H:%M   %r %I:%M:%S %p
 *   %x %m/%d/%Y   %X %I:%M:%S %p   %c %x, %X (as d3 has them)
 *
 * The flags -, _ and 0 before a name change nothing: a number may have fewer digits than
 * its width, and blanks before them.
 */
#ifndef BASE_TIMEFORMAT_H
#define BASE_TIMEFORMAT_H

#include <stdbool.h>

#include "base/decimal.h"
#include "base/str.h"

/*
 * Reads all of `text` by a format, as exact seconds since 1970-01-01 00:00:00 UTC. %L and
 * %f take up to 18 digits as those behind the point: 5 is half a second to both. Defaults
 * for what the format does not say are 1970, January, the 1st, midnight and UTC; the name
 * of a day counts only beside a week. White space in the format stands for any, also none.
 * Returns whether `text` fits; *r is untouched otherwise. A format with a name that is not
 * above, or without any, fits nothing.
 */
bool timeformat_read(struct str format, struct str text, struct decimal *r);

/* Returns the first name in a format that is not above ("%1", or "%" at its end); absent if
 * all are. */
struct str timeformat_unknown(struct str format);

#endif
