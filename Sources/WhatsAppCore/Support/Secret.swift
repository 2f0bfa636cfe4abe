/// A value that must never be printed: a token, a key, a password.
///
/// `description`, `debugDescription`, `dump` and a mirror show `<secret>`; only ``expose()`` gives the value.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Wraps `value`.
    public init(_ value: String) { self.value = value }

    /// The value itself. Call it where it goes into a header or a key, and nowhere else.
    public func expose() -> String { value }

    /// Whether the value is empty.
    public var isEmpty: Bool { value.isEmpty }

    /// `<secret>`
    public var description: String { "<secret>" }
    /// `<secret>`
    public var debugDescription: String { "<secret>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Compares bytes, in a time that depends on the lengths alone.
    public static func == (a: Secret, b: Secret) -> Bool {
        equalInConstantTime(Array(a.value.utf8), Array(b.value.utf8))
    }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
