#ifndef CONSOLE_PAGE_H
#define CONSOLE_PAGE_H

/// A file of the console, as it is served.
struct console_file {
  /// The path it is served at, e.g. `/console/main.js`.
  const char *path;
  /// Its media type.
  const char *type;
  /// Its contents; they are not ended by a zero.
  const unsigned char *bytes;
  /// How many bytes it has.
  unsigned long length;
};

/// All files of the console.
const struct console_file *console_files(void);

/// How many files there are.
unsigned long console_file_count(void);

#endif
