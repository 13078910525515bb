/* Members of an ensemble by Tsit5, as a C expert would: per-lane time and step, refill of a lane whose member has ended.
 *
 * Compiled with -O3 -march=native -DW=1 (scalar) or -DW=4 (AVX2, four lanes by vector extensions), and -DCSTR or -DLV. Reads members (one
 * row of parameters each) as doubles from the file of its first argument, solves them argv[2] times, prints milliseconds of each round and
 * writes the final states of the last round to the file of its third. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifndef W
#define W 4
#endif
#if W > 1
typedef double v __attribute__((vector_size(8 * W)));
typedef int64_t vi __attribute__((vector_size(8 * W)));
#define ALL(x) ((v){0} + (x))
static inline v sel(vi m, v a, v b) { return (v)((m & (vi)a) | (~m & (vi)b)); }
static inline v vabs(v x) { return (v)((vi)x & 0x7fffffffffffffffLL); }
static inline v vroot(v x) { v r; for (int i = 0; i < W; i++) r[i] = sqrt(x[i]); return r; }
#define GET(x, i) ((x)[i])
#else
typedef double v;
typedef int vi;
#define ALL(x) (x)
static inline v sel(vi m, v a, v b) { return m ? a : b; }
static inline v vabs(v x) { return fabs(x); }
static inline v vroot(v x) { return sqrt(x); }
#define GET(x, i) (*(&(x)))
#endif
static inline v vmax(v a, v b) { return sel(a > b, a, b); }
static inline v vmin(v a, v b) { return sel(a < b, a, b); }
#ifdef CSTR
#define N 2
#define P 3
#define T_END 10.0
static const double x0[N] = {0.5, 350.0}, tol[N] = {0.5e-8, 350e-8};
#if W > 1
/* Degree 13, as the ensemble's own: 1 to 2 units in the last place. */
static inline v vexp(v x) {
  x = vmin(vmax(x, ALL(-708.0)), ALL(709.0));
  v k = x * 1.4426950408889634 + 6755399441055744.0, r = k - 6755399441055744.0;
  r = x - r * 0.693147180369123816490 - r * 1.90821492927058770002e-10;
  static const double c[14] = {1, 1, 0.5, 1.0/6, 1.0/24, 1.0/120, 1.0/720, 1.0/5040, 1.0/40320, 1.0/362880, 1.0/3628800, 1.0/39916800, 1.0/479001600, 1.0/6227020800.0};
  v p = ALL(c[13]);
  for (int i = 12; i >= 0; i--) p = p * r + c[i];
  return (v)((vi)p + ((vi)k << 52));
}
#else
static inline v vexp(v x) { return exp(x); }
#endif
static inline void rhs(const v *x, const v *p, v *f) {
  v k = p[0] * vexp(-p[1] / x[1]);
  v rate = k * x[0];
  f[0] = 100.0 / 100.0 * (1.0 - x[0]) - rate;
  f[1] = 100.0 / 100.0 * (350.0 - x[1]) + 209.205 * rate + p[2] / (100.0 * 239.0) * (300.0 - x[1]);
}
#else
#define N 2
#define P 4
#define T_END 20.0
static const double x0[N] = {1, 1}, tol[N] = {1e-8, 1e-8};
static inline void rhs(const v *x, const v *p, v *f) {
  f[0] = p[0] * x[0] - p[1] * x[0] * x[1];
  f[1] = -p[2] * x[1] + p[3] * x[0] * x[1];
}
#endif
static const double rtol = 1e-6;
static const double a[7][6] = {{0}, {0.161}, {-0.008480655492356989, 0.335480655492357}, {2.8971530571054935, -6.359448489975075, 4.3622954328695815},
  {5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525},
  {5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383},
  {0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774}};
static const double e[7] = {-0.001780011052225777, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629, 0.5823571654525552, -0.45808210592918697, 0.015151515151515152};

static long solve(const double *p, double *out, long members) {
  long tries = 0, next = 0, mine[W];
  int running = 0;
  v t = ALL(0.0), h = ALL(0.0), x[N], k[7][N], q[P], memory = ALL(0.75), late = ALL(0.0);
#define SET(var, i, val) (((double *)&(var))[i] = (val))
  for (int j = 0; j < N; j++) x[j] = ALL(x0[j]);
  for (int j = 0; j < P; j++) q[j] = ALL(p[j]);
  for (int l = 0; l < W; l++) {
    mine[l] = next < members ? next++ : -1;
    if (mine[l] < 0) { SET(t, l, T_END); continue; }
    running++;
    for (int j = 0; j < P; j++) SET(q[j], l, p[mine[l] * P + j]);
    SET(h, l, 1e-3 * T_END);
  }
  rhs(x, q, k[0]);
  while (running > 0) {
    v left = T_END - t;
    vi hits = h >= left;
    v dt = sel(hits, left, vmin(h, 0.5 * left)), y[N];
    for (int s = 1; s < 7; s++) {
      for (int j = 0; j < N; j++) {
        v sum = ALL(0.0);
        for (int m = 0; m < s; m++) sum += a[s][m] * k[m][j];
        y[j] = x[j] + dt * sum;
      }
      rhs(y, q, k[s]);
    }
    v square = ALL(0.0);
    for (int j = 0; j < N; j++) {
      v sum = ALL(0.0);
      for (int m = 0; m < 7; m++) sum += e[m] * k[m][j];
      v w = dt * sum / (tol[j] + rtol * vmax(vabs(x[j]), vabs(y[j])));
      square += w * w;
    }
    square *= 1.0 / N;
    vi ok = square <= 1.0;
    v r4 = vroot(vroot(vroot(vmax(square, ALL(1e-20))))), r8 = vroot(r4), r16 = vroot(r8), r32 = vroot(r16);
    (void)r4;
    v plain = 0.9 / (r8 * r16), factor = vmax(vmin(plain * memory, ALL(6.0)), ALL(0.2));
    factor = sel(late > 0.0, vmin(factor, ALL(1.0)), factor);
    v product = dt * factor;
    h = sel(ok, sel(factor >= 1.0, vmax(h, product), product), dt * vmax(plain, ALL(0.2)));
    memory = sel(ok, vmax(r32, ALL(0.75)), memory);
    late = sel(ok, ALL(0.0), ALL(1.0));
    t = sel(ok, sel(hits, ALL(T_END), t + dt), t);
    for (int j = 0; j < N; j++) { x[j] = sel(ok, y[j], x[j]); k[0][j] = sel(ok, k[6][j], k[0][j]); }
    tries += running;
    for (int l = 0; l < W; l++) {
      if (mine[l] < 0 || ((double *)&t)[l] < T_END) continue;
      for (int j = 0; j < N; j++) out[mine[l] * N + j] = ((double *)&x[j])[l];
      mine[l] = next < members ? next++ : -1;
      if (mine[l] < 0) { running--; SET(h, l, 0.0); continue; }
      for (int j = 0; j < P; j++) SET(q[j], l, p[mine[l] * P + j]);
      for (int j = 0; j < N; j++) SET(x[j], l, x0[j]);
      SET(t, l, 0.0); SET(h, l, 1e-3 * T_END); SET(memory, l, 0.75); SET(late, l, 0.0);
      v f[N];
      rhs(x, q, f);
      for (int j = 0; j < N; j++) SET(k[0][j], l, ((double *)&f[j])[l]);
    }
  }
  return tries;
}

int main(int argc, char **argv) {
  FILE *file = fopen(argv[1], "rb");
  if (argc < 4 || !file) return 2;
  fseek(file, 0, SEEK_END);
  long members = ftell(file) / (8 * P);
  rewind(file);
  double *p = malloc(8 * P * members), *out = malloc(8 * N * members);
  if (fread(p, 8 * P, members, file) != (size_t)members) return 2;
  for (int round = 0; round < atoi(argv[2]); round++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    long tries = solve(p, out, members);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.6f %ld\n", (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) * 1e-6, tries);
  }
  file = fopen(argv[3], "wb");
  return file && fwrite(out, 8 * N, members, file) == (size_t)members ? 0 : 2;
}
