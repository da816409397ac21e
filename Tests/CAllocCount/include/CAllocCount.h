#pragma once

#include <stdint.h>

// Counts what the C library's allocator is asked for, by thread. Link it into a test and every malloc of the process
// passes through it. Under the address and thread sanitizers, which replace malloc themselves, it counts nothing.

/// Whether counting works in this build.
int alloc_count_is_active(void);
/// How many blocks the calling thread has asked for since it began.
uint64_t alloc_count_of_this_thread(void);
/// How many blocks all threads have asked for since the program began.
uint64_t alloc_count_of_all_threads(void);
/// How many bytes of blocks are in use now, in all of the process.
uint64_t alloc_bytes_in_use(void);
/// Where the calling thread's count lives, for another thread to read while this one runs.
const uint64_t *alloc_counter_of_this_thread(void);
