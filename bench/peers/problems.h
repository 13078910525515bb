/* A problem as generated C gives it. Arrays of pairs are sorted by column, then row. */
#ifndef GREYBOX_PROBLEMS
#define GREYBOX_PROBLEMS

typedef struct {
  const char *name;
  int states, inputs, parameters, samples, entries, lower, upper;
  const int *rows, *columns; /* places of the Jacobian's values, as `jacobian` gives them */
  const double *x0, *nominal, *u, *p, *times;
  void (*rhs)(double t, const double *x, const double *u, const double *p, double *out);
  void (*jacobian)(double t, const double *x, const double *u, const double *p, double *out);
  /* Along `directions` directions of states and of the parameters that are differentiated; 0 directions: not to be had. */
  int directions;
  const double *dp, *dx0, *size;
  void (*tangent)(double t, int count, const double *x, const double *u, const double *p, const double *dx, const double *dp, double *out);
} problem;

extern const problem problems[];
extern const int problem_count;

#endif
