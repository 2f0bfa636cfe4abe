// Sends signed webhooks over loopback and tells how long each 200 took.
//
//     load -p PORT -f PAYLOADS [-c CONNECTIONS] [-s SECONDS] [-n REQUESTS] [-r RATE] [-k SKIP] [-z SLOW]
//
// Each line of PAYLOADS is one delivery: the signature's 71 characters, then the body. None is sent twice; the run ends
// with the seconds, the requests or the file, whatever comes first. Without -r every connection sends its next request
// when it has the answer to the last. With -r requests become due at a steady rate whether or not answers come, and
// their time counts from when they were due, so that a server that stalls is not asked more gently. With -z there are
// slow connections besides: each begins a request and then sends one byte a second, until the server closes it.
//
// The client polls without sleeping, so that no wake-up is counted as the server's time; it yields to others on its core.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SIGNATURE = 71, ANSWER_LIMIT = 4096 };

struct connection {
    int fd;
    uint64_t since;         // when its request was sent, or was due
    size_t received;
    char answer[ANSWER_LIMIT];
};

static int port, connection_count = 1;
static double seconds = 1e9, rate = 0;
static uint64_t request_limit = UINT64_MAX, skipped = 0;
static const char *next_line, *lines_end;
static uint64_t sent, answered, refused;
static uint32_t *times;     // of each answer, in nanoseconds
static size_t times_capacity;
static int slow_count, slow_open, *slow;    // the slow connections' sockets, -1 when closed

static void fail(const char *what) {
    fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void map_payloads(const char *path) {
    int fd = open(path, O_RDONLY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) fail(path);
    next_line = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (next_line == MAP_FAILED) fail(path);
    lines_end = next_line + status.st_size;
    while (skipped-- > 0 && next_line < lines_end)
        next_line = (const char *)memchr(next_line, '\n', (size_t)(lines_end - next_line)) + 1;
}

static int connect_to_server(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("cannot connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/// Sends the next payload of the file. The socket blocks: an answer never comes before the request is complete.
static void send_next(struct connection *connection, uint64_t since) {
    const char *end = memchr(next_line, '\n', (size_t)(lines_end - next_line));
    if (!end) fail("the last line of the payloads does not end");
    const char *body = next_line + SIGNATURE;
    char head[512];
    int length = snprintf(
        head, sizeof head,
        "POST /whatsapp/v2 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
        "User-Agent: facebookexternalua\r\nX-Hub-Signature-256: %.*s\r\nContent-Length: %zu\r\n\r\n",
        port, SIGNATURE, next_line, (size_t)(end - body));
    struct iovec pieces[2] = {{head, (size_t)length}, {(void *)body, (size_t)(end - body)}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
    for (size_t left = pieces[0].iov_len + pieces[1].iov_len; left > 0;) {
        ssize_t taken = sendmsg(connection->fd, &message, MSG_NOSIGNAL);
        if (taken < 0) fail("cannot send");
        left -= (size_t)taken;
        for (int i = 0; i < 2; i++) {
            size_t part = (size_t)taken < pieces[i].iov_len ? (size_t)taken : pieces[i].iov_len;
            pieces[i].iov_base = (char *)pieces[i].iov_base + part;
            pieces[i].iov_len -= part;
            taken -= (ssize_t)part;
        }
    }
    next_line = end + 1;
    connection->since = since;
    connection->received = 0;
    sent++;
}

/// Takes what has arrived. 1: the answer is complete.
static int receive(struct connection *connection) {
    char *answer = connection->answer;
    ssize_t count = recv(
        connection->fd, answer + connection->received, ANSWER_LIMIT - 1 - connection->received, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    errno = count < 0 ? errno : 0;
    if (count <= 0) fail("the server closed a connection");
    connection->received += (size_t)count;
    answer[connection->received] = 0;
    char *head_end = strstr(answer, "\r\n\r\n");
    if (!head_end) return 0;
    char *field = strcasestr(answer, "\r\ncontent-length:");
    if (!field || field > head_end) fail("an answer without Content-Length");
    size_t length = strtoul(field + 17, NULL, 10);
    if (connection->received < (size_t)(head_end + 4 - answer) + length) return 0;

    if (strncmp(answer, "HTTP/1.1 200", 12) != 0 && refused++ == 0) fprintf(stderr, "load: refused: %s\n", answer);
    if (answered == times_capacity) {
        times_capacity = times_capacity ? times_capacity * 2 : 1 << 16;
        if (!(times = realloc(times, times_capacity * sizeof *times))) fail("out of memory");
    }
    uint64_t time = now() - connection->since;
    times[answered++] = time < UINT32_MAX ? (uint32_t)time : UINT32_MAX;
    return 1;
}

static void open_slow_connections(void) {
    const char begun[] = "POST /whatsapp/v2 HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    if (slow_count && !(slow = calloc((size_t)slow_count, sizeof *slow))) fail("out of memory");
    for (slow_open = 0; slow_open < slow_count; slow_open++) {
        slow[slow_open] = connect_to_server();
        if (send(slow[slow_open], begun, sizeof begun - 1, MSG_NOSIGNAL) < 0) fail("cannot send");
    }
}

/// Sends one byte more on each slow connection whose turn has come since the last call, or sees that it is closed.
static void trickle(uint64_t elapsed) {
    static uint64_t turns;
    for (; slow_open > 0 && turns < elapsed * (uint64_t)slow_count / 1000000000; turns++) {
        int *fd = &slow[turns % (uint64_t)slow_count];
        char answer[512];
        if (*fd < 0) continue;
        ssize_t got = recv(*fd, answer, sizeof answer, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN && send(*fd, "a", 1, MSG_NOSIGNAL) == 1) continue;
        close(*fd);
        *fd = -1;
        slow_open--;
    }
}

static int ascending(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static double milliseconds_at(double quantile) {
    return answered ? times[(uint64_t)((double)(answered - 1) * quantile)] / 1e6 : 0;
}

static void read_options(int argc, char **argv) {
    const char *file = NULL;
    for (int option; (option = getopt(argc, argv, "p:f:c:s:n:r:k:z:")) != -1;) {
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'f': file = optarg; break;
        case 'c': connection_count = atoi(optarg); break;
        case 's': seconds = atof(optarg); break;
        case 'n': request_limit = strtoull(optarg, NULL, 10); break;
        case 'r': rate = atof(optarg); break;
        case 'k': skipped = strtoull(optarg, NULL, 10); break;
        case 'z': slow_count = atoi(optarg); break;
        default: exit(64);
        }
    }
    if (!port || !file || connection_count < 1) {
        fprintf(stderr, "usage: load -p PORT -f PAYLOADS [-c N] [-s SECONDS] [-n N] [-r RATE] [-k SKIP] [-z SLOW]\n");
        exit(64);
    }
    map_payloads(file);
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    rlim_t descriptors = (rlim_t)(connection_count + slow_count + 64);
    struct rlimit files = {descriptors, descriptors};
    setrlimit(RLIMIT_NOFILE, &files);

    int poller = epoll_create1(0);
    struct connection *connections = calloc((size_t)connection_count, sizeof *connections);
    struct connection **idle = calloc((size_t)connection_count, sizeof *idle);
    struct epoll_event *events = calloc((size_t)connection_count, sizeof *events);
    if (poller < 0 || !connections || !idle || !events) fail("out of memory");
    int idle_count = 0;
    for (int i = 0; i < connection_count; i++) {
        connections[i].fd = connect_to_server();
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, connections[i].fd, &event) < 0) fail("epoll_ctl");
        idle[idle_count++] = &connections[i];
    }

    open_slow_connections();

    uint64_t start = now(), last_answer = start, end = start + (uint64_t)(seconds * 1e9);
    while (1) {
        uint64_t moment = now();
        int is_over = moment >= end || sent >= request_limit || next_line >= lines_end;
        if (is_over && idle_count == connection_count) break;
        while (!is_over && idle_count > 0) {
            uint64_t due = rate > 0 ? start + (uint64_t)((double)sent * 1e9 / rate) : now();
            if (due > now()) break;
            send_next(idle[--idle_count], due);
            is_over = sent >= request_limit || next_line >= lines_end;
        }
        trickle(moment - start);
        int ready = epoll_wait(poller, events, connection_count, 0);
        if (ready == 0) sched_yield();
        if (ready > 0) last_answer = moment;
        errno = 0;
        if (idle_count < connection_count && moment > last_answer + 30000000000) fail("no answer for 30 seconds");
        for (int i = 0; i < ready; i++)
            if (receive(events[i].data.ptr)) idle[idle_count++] = events[i].data.ptr;
    }
    double taken = (double)(now() - start) / 1e9;
    double slow_seconds = 0;    // until the last slow connection was closed
    while (slow_open > 0 && (slow_seconds = (double)(now() - start) / 1e9) < 60) trickle(now() - start);
    qsort(times, answered, sizeof *times, ascending);
    printf(
        "{\"requests\": %llu, \"refused\": %llu, \"seconds\": %.4f, \"rate\": %.1f, \"p50\": %.4f, \"p99\": %.4f, "
        "\"p999\": %.4f, \"max\": %.4f, \"slow_left_open\": %d, \"slow_seconds\": %.1f}\n",
        (unsigned long long)answered, (unsigned long long)refused, taken, (double)answered / taken,
        milliseconds_at(0.5), milliseconds_at(0.99), milliseconds_at(0.999), milliseconds_at(1), slow_open, slow_seconds);
    return refused ? 2 : 0;
}
