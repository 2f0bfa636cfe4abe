#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Why a server cannot serve.
public struct HTTP1ServerError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart.
    public enum Code: String, Sendable, Hashable {
        /// The configuration holds values that cannot be; the message lists them all.
        case invalidConfiguration
        /// Another socket listens on the port.
        case addressInUse
        /// The machine does not have the address, or not of this kind.
        case addressNotAvailable
        /// The process may not listen on the port; below 1024 that takes a privilege.
        case permissionDenied
        /// `run` was called a second time.
        case alreadyRun
        /// The system refused something else, told by the message.
        case system
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, in words for an operator.
    public var message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }

    init(cannotListenOn configuration: HTTP1Server.Configuration, errno: Int32) {
        let place = "\(configuration.host), port \(configuration.port)"
        switch errno {
        case EINVAL:
            code = .invalidConfiguration
            message = "host: \(configuration.host) is neither an IPv4 or IPv6 literal nor localhost."
        case EADDRINUSE:
            code = .addressInUse
            message = "Another process listens on \(place)."
        case EADDRNOTAVAIL, EAFNOSUPPORT:
            code = .addressNotAvailable
            message = "This machine does not have the address of \(place)."
        case EACCES, EPERM:
            code = .permissionDenied
            message = "This process may not listen on \(place)."
        default:
            code = .system
            message = "Listening on \(place) failed: \(SystemError(errno: errno))."
        }
    }
}
