/* property.c - what declared properties are called and what they imply. */
#include <string.h>

#include "expr/expr.h"

static const struct {
    const char *name;
    properties_t implies, excludes;
    bool square; /* only a square matrix can have it */
} table[PROPERTY_COUNT] = {
    {"symmetric", 0, 0, true},
    {"antisymmetric", 0,
     PROP_SYMMETRIC | PROP_DIAGONAL | PROP_POSITIVE | PROP_NONZERO, true},
    {"diagonal", PROP_SYMMETRIC | PROP_LOWER | PROP_UPPER,
     PROP_POSITIVE | PROP_NONZERO, true},
    {"lower", 0, PROP_POSITIVE | PROP_NONZERO, true},
    {"upper", 0, PROP_POSITIVE | PROP_NONZERO, true},
    {"orthogonal", PROP_INVERTIBLE, 0, true},
    {"invertible", 0, 0, true},
    {"posdef",
     PROP_SYMMETRIC | PROP_INVERTIBLE | PROP_PSD | PROP_PRINCIPAL, 0, true},
    {"psd", PROP_SYMMETRIC, 0, true},
    {"positive", PROP_NONNEG | PROP_NONZERO, 0, false},
    {"nonneg", 0, 0, false},
    {"nonzero", 0, 0, false},
    {"constant", 0, 0, false},
    {"toeplitz", 0, 0, true},
    {"integer", 0, 0, false},
    {"fullrowrank", PROP_FULLRANK, 0, false},
    {"fullcolumnrank", PROP_FULLRANK, 0, false},
    {"principal", PROP_INVERTIBLE, 0, true},
    {"fullrank", 0, 0, false},
    {"simple", 0, 0, false},
    {"general", 0, PROP_SYMMETRIC, true},
};

enum {
    RANKS = PROP_FULL_ROW_RANK | PROP_FULL_COLUMN_RANK | PROP_FULLRANK
};

/* What several properties imply together. */
static const struct {
    properties_t all, imply;
} together[] = {
    {PROP_PSD | PROP_INVERTIBLE, PROP_POSDEF},
    {PROP_SYMMETRIC | PROP_PRINCIPAL, PROP_POSDEF},
    {PROP_LOWER | PROP_UPPER, PROP_DIAGONAL},
    {PROP_LOWER | PROP_SYMMETRIC, PROP_DIAGONAL},
    {PROP_UPPER | PROP_SYMMETRIC, PROP_DIAGONAL},
    {PROP_NONNEG | PROP_NONZERO, PROP_POSITIVE},
};

static bool is_square(const struct shape *s)
{
    return s->kind == SHAPE_MATRIX && s->dim[0] == s->dim[1];
}

/* A Toeplitz matrix is symmetric unless something else is said. */
static bool is_plain_toeplitz(properties_t p)
{
    const properties_t other =
        PROP_GENERAL | PROP_ANTISYMMETRIC | PROP_LOWER | PROP_UPPER;
    return p & PROP_TOEPLITZ && !(p & other);
}

static properties_t implied_once(properties_t p, bool square)
{
    if (is_plain_toeplitz(p))
        p |= PROP_SYMMETRIC;
    for (properties_t left = p; left; left &= left - 1)
        p |= table[__builtin_ctz(left)].implies;
    for (size_t i = 0; i < sizeof together / sizeof *together; i++)
        if ((p & together[i].all) == together[i].all)
            p |= together[i].imply;
    if (square && p & (PROP_INVERTIBLE | RANKS))
        p |= PROP_INVERTIBLE | RANKS;
    return p;
}

static properties_t implied(properties_t p, bool square)
{
    properties_t before;
    do {
        before = p;
        p = implied_once(p, square);
    } while (p != before);
    return p;
}

properties_t property_denied(properties_t p, const struct shape *shape)
{
    properties_t all = p;
    for (int i = 0; p && i < PROPERTY_COUNT; i++)
        if (implied((properties_t)1 << i, is_square(shape)) & p)
            all |= (properties_t)1 << i;
    return all;
}

const char *property_name(enum property p)
{
    for (int i = 0; i < PROPERTY_COUNT; i++)
        if ((properties_t)p == UINT32_C(1) << i)
            return table[i].name;
    return "";
}

properties_t property_by_name(const char *name)
{
    for (int i = 0; i < PROPERTY_COUNT; i++)
        if (!strcmp(table[i].name, name))
            return UINT32_C(1) << i;
    return 0;
}

properties_t property_implied(enum property p)
{
    return implied((properties_t)p, false) & ~(properties_t)p;
}

properties_t property_close(struct mem *m, properties_t p,
                            const struct shape *shape, const char *name)
{
    bool square = is_square(shape), matrix = shape->kind == SHAPE_MATRIX;
    properties_t all = implied(p, square);
    if (all & PROP_GENERAL && !(all & PROP_TOEPLITZ)) {
        fault_set(m->fault, FAULT_PROPERTY,
                  "'%s' is general: that is said of a Toeplitz matrix only",
                  name);
        return 0;
    }
    for (int i = 0; i < PROPERTY_COUNT; i++) {
        if (!(all >> i & 1))
            continue;
        if (table[i].square && !square) {
            fault_set(m->fault, FAULT_PROPERTY,
                      "'%s' cannot be %s: it is not a square matrix", name,
                      table[i].name);
            return 0;
        }
        if (!matrix && RANKS >> i & 1) {
            fault_set(m->fault, FAULT_PROPERTY,
                      "'%s' cannot be %s: it is not a matrix", name,
                      table[i].name);
            return 0;
        }
        for (int j = 0; j < PROPERTY_COUNT; j++)
            if (table[i].excludes & all & UINT32_C(1) << j) {
                fault_set(m->fault, FAULT_PROPERTY,
                          "'%s' cannot be both %s and %s", name,
                          table[i].name, table[j].name);
                return 0;
            }
    }
    return all;
}
