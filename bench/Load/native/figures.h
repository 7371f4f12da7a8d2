/* Times that were measured, and the numbers that stand for them. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct figures {
    int64_t *ns;
    size_t count, room;
};

void figures_add(struct figures *figures, int64_t ns);

/* Prints ,"NAME":{"count":…,"p50":…,"p90":…,"p99":…,"max":…}, in microseconds. */
void figures_print(struct figures *figures, const char *name);

#endif
