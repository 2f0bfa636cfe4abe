/// A result that is there, or that somebody gives later, or that has to be waited for in a task.
///
/// It lets one decision serve two callers: a thread that must not wait and spends no task on a request, and a task that
/// simply awaits ``value``. Use it once: what is not begun may never happen.
public enum Eventual<Value: Sendable>: Sendable {
    /// It is there.
    case now(Value)
    /// It begins when the closure is called, once. The closure returns soon, and what it is given is called once with the
    /// result, from any thread, perhaps before the closure returns. Who is called there must return soon, too.
    case later(@Sendable (_ completion: @escaping @Sendable (Value) -> Void) -> Void)
    /// It takes a task.
    case awaiting(@Sendable () async -> Value)

    /// What `transform` makes of the result, on the thread that gives it.
    public func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Eventual<Other> {
        switch self {
        case .now(let value): .now(transform(value))
        case .later(let begin): .later { completion in begin { completion(transform($0)) } }
        case .awaiting(let body): .awaiting { transform(await body()) }
        }
    }

    /// The result. A task that is cancelled waits for it all the same.
    public var value: Value {
        get async {
            switch self {
            case .now(let value): value
            case .later(let begin):
                await withCheckedContinuation { continuation in begin { continuation.resume(returning: $0) } }
            case .awaiting(let body): await body()
            }
        }
    }
}
