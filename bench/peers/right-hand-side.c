/* The right-hand sides of bench/problems/right-hand-sides.ts by hand in C. Reads model and number of calls, then p and x from standard
 * input as text; prints the milliseconds of the calls and the last result. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void rober(double t, const double *x, const double *p, double *out) {
  const double forward = p[0] * x[0], square = p[1] * x[1] * x[1], back = p[2] * x[1] * x[2];
  out[0] = back - forward;
  out[1] = forward - square - back;
  out[2] = square;
}

static void pollu(double t, const double *y, const double *k, double *out) {
  const double r1 = k[0] * y[0], r2 = k[1] * y[1] * y[3], r3 = k[2] * y[4] * y[1], r4 = k[3] * y[6], r5 = k[4] * y[6],
               r6 = k[5] * y[6] * y[5], r7 = k[6] * y[8], r8 = k[7] * y[8] * y[5], r9 = k[8] * y[10] * y[1], r10 = k[9] * y[10] * y[0],
               r11 = k[10] * y[12], r12 = k[11] * y[9] * y[1], r13 = k[12] * y[13], r14 = k[13] * y[0] * y[5], r15 = k[14] * y[2],
               r16 = k[15] * y[3], r17 = k[16] * y[3], r18 = k[17] * y[15], r19 = k[18] * y[15], r20 = k[19] * y[16] * y[5],
               r21 = k[20] * y[18], r22 = k[21] * y[18], r23 = k[22] * y[0] * y[3], r24 = k[23] * y[18] * y[0], r25 = k[24] * y[19];
  out[0] = -r1 - r10 - r14 - r23 - r24 + r2 + r3 + r9 + r11 + r12 + r22 + r25;
  out[1] = -r2 - r3 - r9 - r12 + r1 + r21;
  out[2] = -r15 + r1 + r17 + r19 + r22;
  out[3] = -r2 - r16 - r17 - r23 + r15;
  out[4] = -r3 + r4 + r4 + r6 + r7 + r13 + r20;
  out[5] = -r6 - r8 - r14 - r20 + r3 + r18 + r18;
  out[6] = -r4 - r5 - r6 + r13;
  out[7] = r4 + r5 + r6 + r7;
  out[8] = -r7 - r8;
  out[9] = -r12 + r7 + r9;
  out[10] = -r9 - r10 + r8 + r11;
  out[11] = r9;
  out[12] = -r11 + r10;
  out[13] = -r13 + r12;
  out[14] = r14;
  out[15] = -r18 - r19 + r16;
  out[16] = -r20;
  out[17] = r20;
  out[18] = -r21 - r22 - r24 + r23 + r25;
  out[19] = -r25 + r24;
}

enum { cells = 200 };

static void tubular(double t, const double *x, const double *p, double *out) {
  const double v = p[0], D = p[1], L = p[2], k0 = p[3], E = p[4], dT = p[5], h = p[6], Tw = p[7], cin = p[8], Tin = p[9];
  for (int i = 0; i < cells; i++) {
    const double c = x[2 * i], T = x[2 * i + 1];
    const double cm = i > 0 ? x[2 * i - 2] : cin, Tm = i > 0 ? x[2 * i - 1] : Tin;
    const double cp = i < cells - 1 ? x[2 * i + 2] : c, Tp = i < cells - 1 ? x[2 * i + 3] : T;
    const double r = k0 * exp(-E / T) * c;
    out[2 * i] = -v * cells * (c - cm) + D * (cells * cells) * (cp - 2 * c + cm) - r;
    out[2 * i + 1] = -v * cells * (T - Tm) + L * (cells * cells) * (Tp - 2 * T + Tm) + dT * r - h * (T - Tw);
  }
}

int main(int count, char **arguments) {
  if (count < 5) return 2;
  const int parameters = atoi(arguments[3]), states = atoi(arguments[4]);
  const long calls = atol(arguments[2]);
  /* Through a volatile pointer, so that calls are neither inlined nor dropped. */
  void (*volatile f)(double, const double *, const double *, double *) =
      !strcmp(arguments[1], "rober") ? rober : !strcmp(arguments[1], "pollu") ? pollu : tubular;
  double p[64], x[512], out[512];
  for (int i = 0; i < parameters; i++) if (scanf("%lf", p + i) != 1) return 2;
  for (int i = 0; i < states; i++) if (scanf("%lf", x + i) != 1) return 2;
  struct timespec begin, end;
  for (int warm = 0; warm < 2; warm++) {
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < calls; i++) f(0, x, p, out);
    clock_gettime(CLOCK_MONOTONIC, &end);
  }
  printf("%.6f", 1e3 * (end.tv_sec - begin.tv_sec) + 1e-6 * (end.tv_nsec - begin.tv_nsec));
  for (int i = 0; i < states; i++) printf(" %.17g", out[i]);
  return 0;
}
