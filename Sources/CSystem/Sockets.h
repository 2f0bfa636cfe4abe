// TCP sockets and the loop's thread, as far as their C types are unwieldy in Swift or differ between Linux and Darwin.
// Every function returns -errno where it fails, so that no caller has to read `errno` in time.
#ifndef ANSARI_CSYSTEM_SOCKETS_H
#define ANSARI_CSYSTEM_SOCKETS_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/eventfd.h>
#include <sys/syscall.h>
// <sys/socket.h> declares it only under _GNU_SOURCE, which a module's header cannot set for the headers it shares. The
// name of our own keeps this declaration from ever meeting that one.
extern int csystem_accept4(int, struct sockaddr *_Nullable, socklen_t *_Nullable, int) __asm__("accept4");
#endif

/// Makes a descriptor non-blocking, and closed on exec. Takes the descriptor over: it is closed on failure.
static inline int csystem_prepare(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0) return fd;
    int error = errno;
    close(fd);
    return -error;
}

/// Reads an IPv4 or IPv6 literal. Returns the address's size, or 0: `host` is not such a literal.
static inline socklen_t csystem_address(
    const char *_Nonnull host, uint16_t port, struct sockaddr_storage *_Nonnull address) {
    memset(address, 0, sizeof *address);
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        return sizeof *v6;
    }
    return 0;
}

/// Opens a listening TCP socket on an IPv4 or IPv6 literal and tells the port it got.
/// -EINVAL: `host` is not such a literal. Port 0 lets the system choose.
static inline int csystem_listen(const char *_Nonnull host, uint16_t port, int backlog, uint16_t *_Nonnull bound) {
    struct sockaddr_storage storage;
    struct sockaddr *address = (struct sockaddr *)&storage;
    socklen_t size = csystem_address(host, port, &storage);
    if (size == 0) return -EINVAL;
    int fd = socket(address->sa_family, SOCK_STREAM, 0);
    if (fd < 0) return -errno;
    fd = csystem_prepare(fd);
    if (fd < 0) return fd;
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(fd, address, size) == 0
        && listen(fd, backlog) == 0 && getsockname(fd, address, &size) == 0) {
        *bound = ntohs(
            address->sa_family == AF_INET ? ((struct sockaddr_in *)&storage)->sin_port
                                          : ((struct sockaddr_in6 *)&storage)->sin6_port);
        return fd;
    }
    int error = errno;
    close(fd);
    return -error;
}

/// Begins to connect to an IPv4 or IPv6 literal; writable once it is there, prepared as csystem_accept() prepares.
/// -EINVAL: `host` is not such a literal.
static inline int csystem_connect(const char *_Nonnull host, uint16_t port) {
    struct sockaddr_storage storage;
    socklen_t size = csystem_address(host, port, &storage);
    if (size == 0) return -EINVAL;
    int fd = socket(storage.ss_family, SOCK_STREAM, 0);
    if (fd < 0) return -errno;
    fd = csystem_prepare(fd);
    if (fd < 0) return fd;
    int on = 1;
#if !defined(__linux__)
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, (struct sockaddr *)&storage, size) == 0 || errno == EINPROGRESS) return fd;
    int error = errno;
    close(fd);
    return -error;
}

/// Takes one connection from a listener: non-blocking, closed on exec, without Nagle's delay, raising no SIGPIPE.
static inline int csystem_accept(int listener) {
    int on = 1;
#if defined(__linux__)
    int fd = csystem_accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return -errno;
#else
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) return -errno;
    fd = csystem_prepare(fd);
    if (fd < 0) return fd;
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/// Sends what the socket takes now. A peer that is gone is an error here, never a signal.
static inline ssize_t csystem_send(int fd, const void *_Nonnull bytes, size_t count) {
#if defined(__linux__)
    // Not by send(), which guards against a thread being cancelled, as none is here: that takes a hundredth of a webhook.
    ssize_t sent = syscall(SYS_sendto, fd, bytes, count, MSG_NOSIGNAL, NULL, 0);
#else
    ssize_t sent = send(fd, bytes, count, 0);
#endif
    return sent < 0 ? -errno : sent;
}

/// Receives what is there; 0 is the end of the peer's bytes.
static inline ssize_t csystem_receive(int fd, void *_Nonnull bytes, size_t count) {
#if defined(__linux__)
    ssize_t received = syscall(SYS_recvfrom, fd, bytes, count, 0, NULL, NULL);
#else
    ssize_t received = recv(fd, bytes, count, 0);
#endif
    return received < 0 ? -errno : received;
}

/// Opens what wakes a poller from another thread: an eventfd on Linux, where both ends are one descriptor; else a pipe.
static inline int csystem_waker_open(int *_Nonnull reading, int *_Nonnull writing) {
#if defined(__linux__)
    *reading = *writing = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return *reading < 0 ? -errno : 0;
#else
    int ends[2];
    if (pipe(ends) < 0) return -errno;
    *reading = csystem_prepare(ends[0]);
    *writing = csystem_prepare(ends[1]);
    if (*reading >= 0 && *writing >= 0) return 0;
    int error = *reading < 0 ? *reading : *writing;
    if (*reading >= 0) close(*reading);
    if (*writing >= 0) close(*writing);
    return error;
#endif
}

/// Makes the reading end readable. A full pipe or counter is as good: it is readable already.
static inline void csystem_waker_wake(int writing) {
    uint64_t one = 1;
    ssize_t ignored = write(writing, &one, sizeof one);
    (void)ignored;
}

/// Makes the reading end quiet again.
static inline void csystem_waker_clear(int reading) {
    uint64_t bytes[64];
    ssize_t ignored = read(reading, bytes, sizeof bytes);
    (void)ignored;
}

/// The calling thread, as a number that no other living thread has.
static inline uintptr_t csystem_this_thread(void) { return (uintptr_t)pthread_self(); }

#endif
