#include "dice.h"

#include <stdlib.h>

uint64_t
dice_bits(struct dice *d)
{
	uint64_t v = d->state += 0x9e3779b97f4a7c15u;

	v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9u;
	v = (v ^ v >> 27) * 0x94d049bb133111ebu;
	return v ^ v >> 31;
}

uint32_t
dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)((dice_bits(d) >> 32) * n >> 32);
}

double
dice_unit(struct dice *d)
{
	return (double)(dice_bits(d) >> 11) * 0x1p-53;
}

bool
dice_once_in(struct dice *d, uint32_t n)
{
	return dice_below(d, n) == 0;
}

bool
dice_tries(struct dice *d, uint32_t percent)
{
	const char *text = getenv("AM_CASES");
	unsigned long times = text == NULL ? 100 : strtoul(text, NULL, 10);

	return dice_below(d, 10000) < percent * times;
}
