#include "exchange.h"

#include <stdlib.h>
#include <string.h>

void exchange_receive(struct exchange *exchange, const char *bytes, size_t size)
{
    /* A request may come in small pieces at first: its head and its body are often sent one after the other. */
    if (exchange->call == NULL && !exchange->wrong) {
        size_t taken = CODE_WITHIN - exchange->received < size ? CODE_WITHIN - exchange->received : size;
        memcpy(exchange->begin + exchange->received, bytes, taken);
        exchange->received += taken;
        bytes += taken;
        size -= taken;
        if (exchange->received == CODE_WITHIN) {
            exchange->call = call_of(code_in(exchange->begin, CODE_WITHIN));
            exchange->wrong = exchange->call == NULL || memcmp(exchange->begin, exchange->call->request, CODE_WITHIN) != 0;
        }
    }
    if (size > 0 && !exchange->wrong) {
        exchange->wrong = exchange->received + size > exchange->call->request_size
            || memcmp(exchange->call->request + exchange->received, bytes, size) != 0;
    }
    exchange->received += size;
}

bool exchange_is_right(const struct exchange *exchange)
{
    return !exchange->wrong && exchange->call != NULL && exchange->received == exchange->call->request_size;
}

size_t exchange_next_event(struct exchange *exchange, char *bytes)
{
    const struct call *call = exchange->call;
    int event = exchange->next_event;
    if (event == call->events) {
        return 0;
    }
    size_t from = event == 0 ? 0 : call->event_end[event - 1];
    size_t size = call->event_end[event] - from;
    memcpy(bytes, call->answer + from, size);
    write_stamp(bytes + call->stamp_at[event] - from, now_ns());
    exchange->next_event++;
    return size;
}

/* A binary heap; place 0 stays empty. */
static struct exchange **heap;
static size_t last, room;

static void put(struct exchange *exchange, size_t place)
{
    heap[place] = exchange;
    exchange->place = place;
}

static void rise(struct exchange *exchange, size_t place)
{
    while (place > 1 && heap[place / 2]->due_ns > exchange->due_ns) {
        put(heap[place / 2], place);
        place /= 2;
    }
    put(exchange, place);
}

static void sink(struct exchange *exchange, size_t place)
{
    for (size_t below; (below = 2 * place) <= last; place = below) {
        if (below < last && heap[below + 1]->due_ns < heap[below]->due_ns) {
            below++;
        }
        if (heap[below]->due_ns >= exchange->due_ns) {
            break;
        }
        put(heap[below], place);
    }
    put(exchange, place);
}

void schedule_add(struct exchange *exchange, uint64_t due_ns)
{
    exchange->due_ns = due_ns;
    if (last + 1 >= room) {
        room = room == 0 ? 1024 : 2 * room;
        heap = realloc(heap, room * sizeof *heap);
    }
    rise(exchange, ++last);
}

void schedule_remove(struct exchange *exchange)
{
    size_t place = exchange->place;
    if (place == 0) {
        return;
    }
    exchange->place = 0;
    struct exchange *moved = heap[last--];
    if (moved != exchange) {
        sink(moved, place);
        rise(moved, moved->place);
    }
}

struct exchange *schedule_first(void)
{
    return last > 0 ? heap[1] : NULL;
}
