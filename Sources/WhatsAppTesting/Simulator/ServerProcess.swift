internal import Dispatch
internal import Synchronization
internal import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A server as a process of its own, to be killed and started again. Without Foundation, which a program that carries the
/// demo need not load.
package final class ServerProcess: Sendable {
    /// What the system refused, by its error number. A program that is not there shows as an end with exit code 127.
    package struct StartFailure: Error, CustomStringConvertible {
        package var binary: String
        package var errno: Int32
        package var description: String { "\(binary) cannot be started: \(String(cString: strerror(errno)))" }
    }

    private struct State {
        /// The process, from its start until it is known to have ended: so long its number belongs to no other.
        var process: pid_t?
        /// The writing end of its standard input. It is never written to, and ends with us, however we end.
        var input: Int32 = -1
        var exitCode: Int32 = 0
    }
    private let state = Mutex(State())
    private let alive = DispatchGroup()
    private let binary: String
    private let directory: String
    private let arguments: [String]
    private let environment: [String]
    private let log: Int32
    private let ended: @Sendable (_ how: String) -> Void

    /// - Parameters:
    ///   - binary: the program.
    ///   - arguments: its arguments.
    ///   - directory: its working directory, absolute; the journal is kept in `data` below it.
    ///   - settings: its settings. Of our own environment it gets no more than it needs to start.
    ///   - log: the open file that takes its standard error.
    ///   - ended: is told of each end, from any thread, before those who wait for it go on.
    package init(
        binary: String, arguments: [String] = [], directory: String, settings: [String: String], log: Int32,
        ended: @escaping @Sendable (_ how: String) -> Void = { _ in }
    ) {
        self.binary = binary
        self.directory = directory
        self.arguments = arguments
        self.log = log
        self.ended = ended
        var environment = settings
        for name in ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        environment["DATA_DIRECTORY"] = directory + "/data"
        self.environment = environment.map { "\($0.key)=\($0.value)" }
    }

    /// Its number, while it lives.
    package var processID: Int32? { state.withLock { $0.process } }

    /// Starts it.
    /// - Throws: ``StartFailure``.
    package func start() throws { try start(arguments) }

    /// Runs one of its other commands to the end.
    /// - Throws: ``StartFailure``.
    package func run(_ arguments: String...) throws {
        try start(arguments)
        alive.wait()
    }

    private func start(_ arguments: [String]) throws {
        let process = try state.withLock { state in
            var input: [Int32] = [-1, -1]
            guard pipe(&input) == 0 else { throw StartFailure(binary: binary, errno: errno) }
            for descriptor in input { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            defer { close(input[0]) }
            let (process, error) = spawn(
                // A spawned program begins where we are; the shell goes elsewhere, and becomes the program.
                ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory, binary] + arguments, environment: environment,
                input: input[0], log: log)
            guard error == 0 else {
                close(input[1])
                throw StartFailure(binary: binary, errno: error)
            }
            (state.process, state.input) = (process, input[1])
            return process
        }
        alive.enter()
        if OSThread.start({ self.wait(for: process) }) != 0 { wait(for: process) }
    }

    private func wait(for process: pid_t) {
        // First without burying it: who kills it meanwhile must not hit another process of its number.
        var info = siginfo_t()
        while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        state.withLock { state in
            waitpid(process, &status, 0)
            close(state.input)
            state.process = nil
            state.exitCode = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
        }
        ended(status & 0x7f == 0 ? "exit code \(status >> 8 & 0xff)" : "signal \(status & 0x7f)")
        alive.leave()
    }

    /// Ends it at once, as `kill -9` does.
    package func kill() { end(with: SIGKILL) }

    /// Stops it for a while, as a machine does that swaps or is moved. ``thaw()``, ``kill()`` and ``stop()`` end that.
    package func freeze() { pass(SIGSTOP) }

    /// Lets it go on.
    package func thaw() { pass(SIGCONT) }

    /// Has it stop in good order.
    /// - Returns: its exit code.
    @discardableResult
    package func stop() -> Int32 {
        end(with: SIGTERM)
        return state.withLock { $0.exitCode }
    }

    private func end(with signal: Int32) {
        pass(signal)
        if signal != SIGKILL { pass(SIGCONT) }
        alive.wait()
    }

    private func pass(_ signal: Int32) {
        state.withLock { state in if let process = state.process { _ = send(signal, to: process) } }
    }
}

private func send(_ signal: Int32, to process: pid_t) -> Int32 { kill(process, signal) }

/// Starts a program in a process group of its own, so that Ctrl-C does not reach it, with no signal held back.
private func spawn(
    _ words: [String], environment: [String], input: Int32, log: Int32
) -> (process: pid_t, error: Int32) {
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
    #else
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // Unsafe: C takes lists of C strings that end with nil. They live until the call has returned, and are freed once.
    var arguments = words.map { strdup($0) } + [nil]
    var settings = environment.map { strdup($0) } + [nil]
    defer { for word in arguments + settings { free(word) } }
    var process: pid_t = 0
    let error = posix_spawn(&process, words[0], &actions, &attributes, &arguments, &settings)
    return (process, error)
}
