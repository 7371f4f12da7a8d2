#include "figures.h"

#include <stdlib.h>

void figures_add(struct figures *figures, int64_t ns)
{
    if (figures->count == figures->room) {
        figures->room = figures->room == 0 ? 4096 : 2 * figures->room;
        figures->ns = realloc(figures->ns, figures->room * sizeof *figures->ns);
    }
    figures->ns[figures->count++] = ns;
}

static int by_time(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static double at(const struct figures *figures, size_t percent)
{
    size_t place = figures->count * percent / 100;
    return figures->count == 0 ? 0 : (double)figures->ns[place < figures->count ? place : figures->count - 1] / 1000;
}

void figures_print(struct figures *figures, const char *name)
{
    qsort(figures->ns, figures->count, sizeof *figures->ns, by_time);
    printf(",\"%s\":{\"count\":%zu,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f}", name, figures->count, at(figures, 50), at(figures, 90),
           at(figures, 99), at(figures, 100));
}
