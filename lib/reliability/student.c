#include "reliability/student.h"

#include <math.h>

/* The continued fraction of the incomplete beta function (26.5.8), by Lentz' method. */
static double
beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0), h;

	d = 1.0 / (fabs(d) < tiny ? tiny : d);
	h = d;
	for (int m = 1; m < 10000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1.0 + even * d;
		c = 1.0 + even / c;
		d = 1.0 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;
		d = 1.0 + odd * d;
		c = 1.0 + odd / c;
		d = 1.0 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = d * c;
		h *= step;
		if (fabs(step - 1.0) < 1e-16)
			break;
	}
	return h;
}

/* The regularized incomplete beta function I_x(a, b). */
static double
beta(double a, double b, double x)
{
	double front;

	if (x <= 0.0 || x >= 1.0)
		return x <= 0.0 ? 0.0 : 1.0;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1.0) / (a + b + 2.0)
	    ? front * beta_fraction(a, b, x) / a
	    : 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

/* The probability of more than t > 0 (26.7.1). */
static double
upper(double t, double freedom)
{
	return beta(freedom / 2.0, 0.5, freedom / (freedom + t * t)) / 2.0;
}

double
student_quantile(double p, double freedom)
{
	double low = 0.0, high = 2.0;

	while (upper(high, freedom) > 1.0 - p)
		high *= 2.0;
	/* Halving until the doubles meet. */
	for (int i = 0; i < 200; i++) {
		double middle = low + (high - low) / 2.0;

		if (middle == low || middle == high)
			break;
		if (upper(middle, freedom) > 1.0 - p)
			low = middle;
		else
			high = middle;
	}
	return high;
}
