#pragma once

// Tells callgrind what to count. Does nothing where the program runs by itself, or was built without valgrind's headers.

/// Whether it was built with valgrind's headers.
int callgrind_is_known(void);
/// Whether valgrind runs this program.
int callgrind_is_running(void);
/// Begins to count instructions, of all threads.
void callgrind_begin(void);
/// Ends it, and has what was counted written to a file that bears `name`.
void callgrind_end(const char *name);
