// The few system calls that Swift's Glibc module does not show. Headers only: nothing here is compiled on its own.
#ifndef ANSARI_CSYSTEM_H
#define ANSARI_CSYSTEM_H

#if defined(__linux__)
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

#endif
