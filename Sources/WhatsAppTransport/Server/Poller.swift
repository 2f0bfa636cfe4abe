import CSystem

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Waits for many sockets at once: epoll on Linux, kqueue on Darwin.
struct Poller: ~Copyable {
    /// What to wait for. A socket without either is still watched for failure on Linux.
    struct Interest: OptionSet {
        let rawValue: UInt8
        static let read = Interest(rawValue: 1)
        static let write = Interest(rawValue: 2)
        /// Tells once of what has come, not in each wait until it is taken: whoever leaves some of it sets the interest anew.
        /// It spares Linux a second look at each socket; elsewhere it means nothing.
        static let once = Interest(rawValue: 4)
    }

    /// What has happened to one socket.
    struct Event {
        /// The number the socket was registered under.
        var token: UInt64
        /// Bytes, a connection, or the end of the input are there.
        var isReadable: Bool
        /// The socket takes bytes again.
        var isWritable: Bool
        /// The end of the input is there, perhaps behind bytes. Linux tells it of a socket that is to be told of once.
        var isEnding = false
        /// The connection is broken or closed in both directions.
        var isGone: Bool
    }

    private let descriptor: Descriptor

    // Unsafe in both: the system calls take pointers to arrays that live for the call, and their true sizes.
    #if canImport(Darwin)
    // Read against the manual pages; it has been compiled and run on Linux only.
    private var ready = [kevent](repeating: kevent(), count: 256)

    init() throws(SystemError) {
        let queue = kqueue()
        guard queue >= 0 else { throw SystemError(errno: errno) }
        descriptor = Descriptor(owning: queue)
    }

    /// Changes what is waited for; `nil` means that the socket is not registered, before or after.
    func set(_ socket: Int32, token: UInt64, from old: Interest?, to new: Interest?) throws(SystemError) {
        var changes: [kevent] = []
        for (filter, kind) in [(EVFILT_READ, Interest.read), (EVFILT_WRITE, Interest.write)] {
            let isWanted = new?.contains(kind) ?? false
            if isWanted == old?.contains(kind) ?? false { continue }
            changes.append(
                kevent(
                    ident: UInt(socket), filter: Int16(filter), flags: UInt16(isWanted ? EV_ADD : EV_DELETE),
                    fflags: 0, data: 0, udata: UnsafeMutableRawPointer(bitPattern: UInt(token))))
        }
        guard kevent(descriptor.raw, changes, Int32(changes.count), nil, 0, nil) == 0 else {
            throw SystemError(errno: errno)
        }
    }

    /// Waits at most so long, or without end for -1, and tells how many events there are.
    mutating func wait(milliseconds: Int32) -> Int {
        var time = timespec(tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
        let capacity = Int32(ready.count)
        let count =
            milliseconds < 0
            ? kevent(descriptor.raw, nil, 0, &ready, capacity, nil)
            : kevent(descriptor.raw, nil, 0, &ready, capacity, &time)
        return Self.checked(count)
    }

    /// One event of the last wait.
    subscript(index: Int) -> Event {
        let event = ready[index]
        return Event(
            token: UInt64(UInt(bitPattern: event.udata)), isReadable: Int32(event.filter) == EVFILT_READ,
            isWritable: Int32(event.filter) == EVFILT_WRITE,
            isGone: Int32(event.flags) & EV_EOF != 0 && event.fflags != 0)
    }
    #else
    private var ready = [epoll_event](repeating: epoll_event(), count: 256)

    init() throws(SystemError) {
        let queue = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard queue >= 0 else { throw SystemError(errno: errno) }
        descriptor = Descriptor(owning: queue)
    }

    /// Changes what is waited for; `nil` means that the socket is not registered, before or after.
    func set(_ socket: Int32, token: UInt64, from old: Interest?, to new: Interest?) throws(SystemError) {
        var events: UInt32 = 0
        if new?.contains(.read) == true { events |= EPOLLIN.rawValue }
        if new?.contains(.write) == true { events |= EPOLLOUT.rawValue }
        if new?.contains([.read, .once]) == true { events |= EPOLLET.rawValue | EPOLLRDHUP.rawValue }
        var event = epoll_event(events: events, data: epoll_data_t(u64: token))
        let operation = old == nil ? EPOLL_CTL_ADD : new == nil ? EPOLL_CTL_DEL : EPOLL_CTL_MOD
        guard epoll_ctl(descriptor.raw, operation, socket, &event) == 0 else { throw SystemError(errno: errno) }
    }

    /// Waits at most so long, or without end for -1, and tells how many events there are.
    mutating func wait(milliseconds: Int32) -> Int {
        let capacity = Int32(ready.count)
        return Self.checked(epoll_wait(descriptor.raw, &ready, capacity, milliseconds))
    }

    /// One event of the last wait.
    subscript(index: Int) -> Event {
        let event = ready[index]
        return Event(
            token: event.data.u64, isReadable: event.events & EPOLLIN.rawValue != 0,
            isWritable: event.events & EPOLLOUT.rawValue != 0,
            isEnding: event.events & EPOLLRDHUP.rawValue != 0,
            isGone: event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0)
    }
    #endif

    /// A signal is no event. Any other failure is a defect of this file, and would make the loop spin.
    private static func checked(_ count: Int32) -> Int {
        if count >= 0 { return Int(count) }
        let error = errno
        precondition(error == EINTR, "The poller failed: \(SystemError(errno: error))")
        return 0
    }
}
