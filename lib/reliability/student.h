/*
 * Student's t distribution. Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical
 * Functions (1964), 26.5 and 26.7.
 */
#ifndef RELIABILITY_STUDENT_H
#define RELIABILITY_STUDENT_H

/* The t that a variable with `freedom` > 0 degrees of freedom stays below with the
 * probability p, 0.5 < p < 1; within 1e-12 of it, relative. */
double student_quantile(double p, double freedom);

#endif
