#pragma once
// ogg/config_types.h includes <sys/types.h>, of which it needs nothing that <stdint.h> lacks. Left in, this module would
// own pthread_attr_t and the like, and every file that imports Glibc alone would lose their initialisers.
#include <inttypes.h>
#include <stdint.h>
#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H 1
#include <opus/opusfile.h>
#undef _SYS_TYPES_H
#else
#include <opus/opusfile.h>
#endif
