// The environment: Swift's Glibc module shows it as a variable that strict concurrency forbids to read.
#ifndef ANSARI_CSYSTEM_ENVIRONMENT_H
#define ANSARI_CSYSTEM_ENVIRONMENT_H

#if defined(__APPLE__)
#include <crt_externs.h>
static inline char *_Nullable *_Nonnull csystem_environment(void) { return *_NSGetEnviron(); }
#else
#include <unistd.h>
extern char *_Nullable *_Nullable environ;
static inline char *_Nullable *_Nullable csystem_environment(void) { return environ; }
#endif

#endif
