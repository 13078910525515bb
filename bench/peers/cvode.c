/*
 * CVODE and CVODES on the generated problems, with analytic Jacobians, memory kept between runs and output at the samples.
 *
 * A line in: <problem> <method> <rtol> <seconds to spend> <1 to print values>. A line out: <seconds a run> <runs> <steps> [values …], or
 * "failed <code>". The absolute tolerance of a state is rtol/100 of its nominal size.
 *
 * Methods: adams (fixed-point iteration), bdf-dense, bdf-band, bdf-klu; simultaneous, staggered: dense BDF with forward sensitivities, whose
 * errors "-controlled" controls too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_band.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>
#include "problems.h"

enum { MOST_RUNS = 10000 };

typedef struct {
  const problem *problem;
  double *values;                     /* of the Jacobian */
  sunindextype *starts, *rows;        /* its places by columns, the diagonal always among them */
  int *from;                          /* index into `values`, or −1 */
  double *dx, *derivatives;           /* sensitivities one after the other, and their derivatives */
} context;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

static int rhs(double t, N_Vector x, N_Vector out, void *data) {
  const problem *of = ((context *)data)->problem;
  of->rhs(t, NV_DATA_S(x), of->u, of->p, NV_DATA_S(out));
  return 0;
}

static int jacobian(double t, N_Vector x, N_Vector f, SUNMatrix J, void *data, N_Vector a, N_Vector b, N_Vector c) {
  const context *own = data;
  const problem *of = own->problem;
  of->jacobian(t, NV_DATA_S(x), of->u, of->p, own->values);
  if (SUNMatGetID(J) == SUNMATRIX_SPARSE) {
    memcpy(SM_INDEXPTRS_S(J), own->starts, (of->states + 1) * sizeof *own->starts);
    memcpy(SM_INDEXVALS_S(J), own->rows, own->starts[of->states] * sizeof *own->rows);
    for (int i = 0; i < own->starts[of->states]; i++) SM_DATA_S(J)[i] = own->from[i] < 0 ? 0 : own->values[own->from[i]];
    return 0;
  }
  SUNMatZero(J);
  if (SUNMatGetID(J) == SUNMATRIX_BAND)
    for (int i = 0; i < of->entries; i++) SM_ELEMENT_B(J, of->rows[i], of->columns[i]) = own->values[i];
  else
    for (int i = 0; i < of->entries; i++) SM_ELEMENT_D(J, of->rows[i], of->columns[i]) = own->values[i];
  return 0;
}

static int sensitivities(int count, double t, N_Vector x, N_Vector f, N_Vector *s, N_Vector *out, void *data, N_Vector a, N_Vector b) {
  const context *own = data;
  const problem *of = own->problem;
  const int n = of->states;
  for (int k = 0; k < count; k++) memcpy(own->dx + k * n, NV_DATA_S(s[k]), n * sizeof(double));
  of->tangent(t, count, NV_DATA_S(x), of->u, of->p, own->dx, of->dp, own->derivatives);
  for (int k = 0; k < count; k++) memcpy(NV_DATA_S(out[k]), own->derivatives + k * n, n * sizeof(double));
  return 0;
}

/* Places of I − γJ by columns. */
static void lay_out(context *own) {
  const problem *of = own->problem;
  const int n = of->states;
  own->values = malloc((of->entries + 1) * sizeof(double));
  own->starts = malloc((n + 1) * sizeof *own->starts);
  own->rows = malloc((of->entries + n) * sizeof *own->rows);
  own->from = malloc((of->entries + n) * sizeof(int));
  own->dx = calloc((size_t)n * (of->directions + 1), sizeof(double));
  own->derivatives = calloc((size_t)n * (of->directions + 1), sizeof(double));
  int next = 0;
  for (int column = 0; column < n; column++) {
    own->starts[column] = next;
    int *found = malloc(n * sizeof(int));
    for (int row = 0; row < n; row++) found[row] = row == column ? -1 : -2;
    for (int i = 0; i < of->entries; i++) if (of->columns[i] == column) found[of->rows[i]] = i;
    for (int row = 0; row < n; row++)
      if (found[row] > -2) {
        own->rows[next] = row;
        own->from[next++] = found[row];
      }
    free(found);
  }
  own->starts[n] = next;
}

static int smaller(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void answer(const problem *of, const char *method, double rtol, double budget, int print) {
  const int n = of->states;
  const int staggered = !strncmp(method, "staggered", 9), adams = !strcmp(method, "adams");
  const int q = staggered || !strncmp(method, "simultaneous", 12) ? of->directions : 0;
  static double times[MOST_RUNS];
  context own = {of};
  lay_out(&own);
  SUNContext sundials;
  SUNContext_Create(NULL, &sundials);
  N_Vector x = N_VNew_Serial(n, sundials), atol = N_VNew_Serial(n, sundials);
  memcpy(NV_DATA_S(x), of->x0, n * sizeof(double));
  for (int i = 0; i < n; i++) NV_Ith_S(atol, i) = 1e-2 * rtol * of->nominal[i];
  void *solver = CVodeCreate(adams ? CV_ADAMS : CV_BDF, sundials);
  CVodeSetErrHandlerFn(solver, NULL, NULL);
  CVodeSetErrFile(solver, NULL);
  CVodeInit(solver, rhs, 0, x);
  CVodeSetUserData(solver, &own);
  CVodeSVtolerances(solver, rtol, atol);
  CVodeSetMaxNumSteps(solver, 1000000);
  SUNMatrix J = NULL;
  SUNLinearSolver linear = NULL;
  SUNNonlinearSolver fixed = NULL;
  if (adams) {
    fixed = SUNNonlinSol_FixedPoint(x, 0, sundials);
    CVodeSetNonlinearSolver(solver, fixed);
  } else {
    if (!strcmp(method, "bdf-band")) {
      J = SUNBandMatrix(n, of->upper, of->lower, sundials);
      linear = SUNLinSol_Band(x, J, sundials);
    } else if (!strcmp(method, "bdf-klu")) {
      J = SUNSparseMatrix(n, n, own.starts[n], CSC_MAT, sundials);
      linear = SUNLinSol_KLU(x, J, sundials);
    } else {
      J = SUNDenseMatrix(n, n, sundials);
      linear = SUNLinSol_Dense(x, J, sundials);
    }
    CVodeSetLinearSolver(solver, linear, J);
    CVodeSetJacFn(solver, jacobian);
  }
  const int scheme = staggered ? CV_STAGGERED : CV_SIMULTANEOUS;
  N_Vector *s = q > 0 ? N_VCloneVectorArray(q, x) : NULL;
  double sizes[64];
  for (int k = 0; k < q; k++) {
    memcpy(NV_DATA_S(s[k]), of->dx0 + k * n, n * sizeof(double));
    sizes[k] = of->size[k];
  }
  if (q > 0) {
    CVodeSensInit(solver, q, scheme, sensitivities, s);
    CVodeSetSensParams(solver, NULL, sizes, NULL);
    CVodeSensEEtolerances(solver);
    CVodeSetSensErrCon(solver, strstr(method, "controlled") ? SUNTRUE : SUNFALSE);
  }

  const int width = q > 0 ? q * n : n;
  double *values = malloc(sizeof(double) * of->samples * width);
  int runs = 0, failed = 0;
  long steps = 0;
  for (double spent = 0; runs < MOST_RUNS && !failed && (runs == 0 || spent < budget); runs++) {
    const double begin = now();
    memcpy(NV_DATA_S(x), of->x0, n * sizeof(double));
    CVodeReInit(solver, 0, x);
    for (int k = 0; k < q; k++) memcpy(NV_DATA_S(s[k]), of->dx0 + k * n, n * sizeof(double));
    if (q > 0) CVodeSensReInit(solver, scheme, s);
    double t = 0;
    for (int j = 0; j < of->samples; j++) {
      const int flag = CVode(solver, of->times[j], x, &t, CV_NORMAL);
      if (flag < 0) {
        failed = flag;
        break;
      }
      if (q > 0) {
        CVodeGetSens(solver, &t, s);
        for (int k = 0; k < q; k++) memcpy(values + j * width + k * n, NV_DATA_S(s[k]), n * sizeof(double));
      } else {
        memcpy(values + j * width, NV_DATA_S(x), n * sizeof(double));
      }
    }
    times[runs] = now() - begin;
    spent += times[runs];
    CVodeGetNumSteps(solver, &steps);
  }
  if (failed) {
    printf("failed %d\n", failed);
  } else {
    qsort(times, runs, sizeof(double), smaller);
    printf("%.9g %d %ld", times[runs / 2], runs, steps);
    for (int i = 0; print && i < of->samples * width; i++) printf(" %.17g", values[i]);
    printf("\n");
  }

  CVodeFree(&solver);
  if (linear) SUNLinSolFree(linear);
  if (fixed) SUNNonlinSolFree(fixed);
  if (J) SUNMatDestroy(J);
  if (s) N_VDestroyVectorArray(s, q);
  N_VDestroy(x);
  N_VDestroy(atol);
  SUNContext_Free(&sundials);
  void *owned[] = {own.values, own.starts, own.rows, own.from, own.dx, own.derivatives, values};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
}

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  printf("CVODES of SUNDIALS %s, gcc %s -O3 -march=native\n", SUNDIALS_VERSION, __VERSION__);
  fflush(stdout);
  char name[64], method[64];
  double rtol, budget;
  int print;
  while (scanf("%63s %63s %lf %lf %d", name, method, &rtol, &budget, &print) == 5) {
    const problem *found = NULL;
    for (int i = 0; i < problem_count; i++) if (!strcmp(problems[i].name, name)) found = problems + i;
    if (found) answer(found, method, rtol, budget, print);
    else printf("failed problem\n");
    fflush(stdout);
  }
  return 0;
}
