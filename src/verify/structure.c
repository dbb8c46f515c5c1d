#include "verify/structure.h"

#include <string.h>

/* Toeplitz: all of a diagonal, and its mirror image where (anti)symmetric. */
static void move_diagonals(enum structure s, properties_t p, uint32_t n,
                           const double *v, double *out)
{
    int sign = p & PROP_SYMMETRIC ? 1 : p & PROP_ANTISYMMETRIC ? -1 : 0;
    int size = (int)n;
    for (int k = 1 - size; k < size; k++) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                if (i - j == k || (sign && i - j == -k)) {
                    sum += (i - j == k ? 1 : sign) * v[i + j * size];
                    count++;
                }
        if (sign < 0 && k == 0)
            sum = 0;
        if ((k < 0 && p & PROP_LOWER) || (k > 0 && p & PROP_UPPER))
            sum = 0;
        if (s == STRUCTURE_PROJECTED)
            sum /= count;
        for (int i = 0; i < size; i++)
            if (i - k >= 0 && i - k < size)
                out[i + (i - k) * size] = sum;
    }
}

static void move_mirrored(enum structure s, double sign, uint32_t n,
                          const double *v, double *out)
{
    double half = s == STRUCTURE_PROJECTED ? 0.5 : 1;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            out[i + j * n] = half * (v[i + j * n] + sign * v[j + i * n]);
    for (uint32_t i = 0; i < n; i++)
        out[i + i * n] = sign < 0 ? 0 : v[i + i * n];
}

/* (V - X*V'*X)/2 */
static void move_tangent(uint32_t n, const double *x, const double *v,
                         double *out)
{
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++) {
            double turned = 0;
            for (uint32_t k = 0; k < n; k++)
                for (uint32_t l = 0; l < n; l++)
                    turned += x[i + k * n] * v[l + k * n] * x[l + j * n];
            out[i + j * n] = (v[i + j * n] - turned) / 2;
        }
}

void structure_move(enum structure s, properties_t p, uint32_t rows,
                    uint32_t cols, const double *x, const double *v,
                    double *out)
{
    uint32_t n = rows;
    if (s == STRUCTURE_FREE || rows != cols) {
        memcpy(out, v, sizeof *v * rows * cols);
        return;
    }
    if (p & PROP_ORTHOGONAL) {
        move_tangent(n, x, v, out);
        return;
    }
    if (p & PROP_TOEPLITZ) {
        move_diagonals(s, p, n, v, out);
        return;
    }
    if (p & PROP_DIAGONAL)
        p |= PROP_LOWER | PROP_UPPER;
    else if (p & (PROP_SYMMETRIC | PROP_ANTISYMMETRIC)) {
        move_mirrored(s, p & PROP_SYMMETRIC ? 1 : -1, n, v, out);
        return;
    }
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++) {
            bool fixed = (i < j && p & PROP_LOWER) ||
                         (i > j && p & PROP_UPPER);
            out[i + j * n] = fixed ? 0 : v[i + j * n];
        }
}
