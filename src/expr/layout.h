/* layout.h - how a derivative is laid out: the words that the deriving and
 * the verifying side share (design: layouts, forms, structure). */
#ifndef MD_EXPR_LAYOUT_H
#define MD_EXPR_LAYOUT_H

enum layout { LAYOUT_MIXED, LAYOUT_NUMERATOR, LAYOUT_DENOMINATOR };

enum form {
    FORM_MATRIX,       /* matrix notation; the vec face where order > 2 */
    FORM_VEC,          /* d vec(F) / d vec(X)' */
    FORM_INDEX,        /* components: tensor(i,j,k,l: ...) */
    FORM_DIFFERENTIAL, /* dF, linear in dX */
    FORM_BLOCKS,       /* y_ij replaced by d y_ij / dX */
    FORM_BLOCKS_BY_VARIABLE, /* x_kl replaced by dY / d x_kl */
    FORM_ROW_COLUMN,   /* block (i,l) is d(row i of Y) / d(column l of X) */
    FORM_ACTION        /* the last derivative applied to dX: H[dX] */
};

/* How many of the variables, the last ones, stand in the form as their
 * differentials. */
static inline unsigned form_applied(enum form form, unsigned order)
{
    return form == FORM_DIFFERENTIAL ? order : form == FORM_ACTION;
}

enum structure {
    STRUCTURE_FREE,      /* the entries as if unrelated */
    STRUCTURE_PROJECTED, /* (G + G')/2 for a symmetric variable, ... */
    STRUCTURE_ENTRIES,   /* by independent entries: G + G' - G.*eye(n), ... */
    STRUCTURE_VECH
};

#endif
