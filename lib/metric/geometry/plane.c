#include "metric/geometry/plane.h"

#include <math.h>

#include "base/array.h"

/* Taylor's series from x^3 and x^2 on, over x and 1: at pi/4 what is left out is below
 * 1e-18. */
static const double sine[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880,
    -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
static const double cosine[] = {-1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
    1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000};

#define TERMS (int)N_OF(sine)

_Static_assert(sizeof(sine) == sizeof(cosine), "as many terms of both");

/* The direction of an angle of at most 45 degrees. */
static struct point
near_axis(double degrees)
{
	double x = degrees * (M_PI / 180.0), square = x * x, s = 0.0, c = 0.0;

	for (int i = TERMS - 1; i >= 0; i--) {
		s = (s + sine[i]) * square;
		c = (c + cosine[i]) * square;
	}
	return (struct point){1.0 + c, x + x * s};
}

struct point
plane_direction(double degrees)
{
	/* Both steps are exact, as they are in whole units of the last bit of what is left.
	 */
	double turned = fmod(degrees, 360.0), quarters = floor(turned / 90.0 + 0.5);
	struct point d = near_axis(turned - 90.0 * quarters);

	switch ((int)quarters & 3) {
	case 1:
		return (struct point){0.0 - d.y, d.x};
	case 2:
		return (struct point){-d.x, 0.0 - d.y};
	case 3:
		return (struct point){d.y, -d.x};
	default:
		return d;
	}
}

/* x * x without rounding: the sum of both (Dekker 1971). */
struct square {
	double high, low;
};

static struct square
square_of(double x)
{
	double shifted = x * 134217729.0, head = shifted - (shifted - x), tail = x - head;
	double high = x * x;

	return (struct square){
	    high, ((head * head - high) + 2 * head * tail) + tail * tail};
}

/* The root of a^2 + b^2 for a >= b >= 0, a > 0: rounded, then mended by one step of
 * Newton's. */
static double
root_of_squares(double a, double b)
{
	double root = sqrt(a * a + b * b);
	struct square x = square_of(a), y = square_of(b), r = square_of(root);
	double missing = ((x.high - r.high) + y.high) + ((x.low - r.low) + y.low);

	return root + missing / (2 * root);
}

double
plane_distance(struct point p, struct point q)
{
	double x = fabs(p.x - q.x), y = fabs(p.y - q.y), a = fmax(x, y), b = fmin(x, y);

	if (b == 0.0)
		return a;
	/* What is this small would lose its squares. */
	if (a < 0x1p-400)
		return root_of_squares(a * 0x1p600, b * 0x1p600) * 0x1p-600;
	return root_of_squares(a, b);
}

bool
plane_same(const struct point *a, uint32_t n_a, const struct point *b, uint32_t n_b)
{
	bool same = n_a == n_b;

	for (uint32_t i = 0; same && i < n_a; i++)
		same = a[i].x == b[i].x && a[i].y == b[i].y;
	return same;
}
