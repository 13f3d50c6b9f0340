#include "base/random.h"

static uint64_t
splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t
rotate_left(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

void
random_seed(struct random *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->state[i] = splitmix64(&seed);
}

uint64_t
random_next(struct random *r)
{
	uint64_t *s = r->state;
	uint64_t next = rotate_left(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return next;
}

uint64_t
random_below(struct random *r, uint64_t n)
{
	/* 2^64 modulo n: as many of the lowest numbers would come once too often. */
	uint64_t too_few = (UINT64_MAX - n + 1) % n, x;

	do
		x = random_next(r);
	while (x < too_few);
	return x % n;
}
