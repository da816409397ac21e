#include "include/CAllocCount.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif

// The initial-exec model: the dynamic one may itself call malloc at a thread's first use.
static __thread uint64_t count __attribute__((tls_model("initial-exec")));

static _Atomic uint64_t count_of_all;

uint64_t alloc_count_of_this_thread(void) { return count; }

uint64_t alloc_count_of_all_threads(void) { return atomic_load_explicit(&count_of_all, memory_order_relaxed); }

uint64_t alloc_bytes_in_use(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

const uint64_t *alloc_counter_of_this_thread(void) { return &count; }

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(realtime_sanitizer)

int alloc_count_is_active(void) { return 0; }

#else

int alloc_count_is_active(void) { return 1; }

static void note(void) {
  count++;
  atomic_fetch_add_explicit(&count_of_all, 1, memory_order_relaxed);
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Only what gives memory is replaced: blocks come from the C library's own allocator, so its free takes them.
void *malloc(size_t size) {
  note();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  note();
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  note();
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  note();
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *block = memory;
  return 0;
}

#endif
