#include "metric/decision.h"

double
decide_raw(const struct params *p, double v)
{
	(void)p;
	return v;
}

double
decide_threshold(const struct params *p, double v)
{
	return v >= p->number[MPARAM_THRESHOLD] ? 1.0 : 0.0;
}

double
decide_match(const struct params *p, double v)
{
	return v >= p->number[MPARAM_IOU_THRESHOLD] ? 1.0 : 0.0;
}

double
decide_dice(const struct params *p, double v)
{
	(void)p;
	return 2.0 * v / (1.0 + v);
}
