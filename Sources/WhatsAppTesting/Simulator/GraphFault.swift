/// What goes wrong with one text at a simulated Graph API.
public enum GraphFault: Sendable, Hashable {
    /// It is refused with this HTTP status and this code of Meta's; `retryAfter` becomes a `Retry-After`, in whole seconds.
    case error(status: Int = 400, code: Int64, retryAfter: Duration? = nil)
    /// A gateway before the API fails: status 502 and a page of HTML. The text was not taken.
    case badGateway
    /// It is taken, and the answer never arrives: the sender runs into its time limit.
    case silence
    /// It is taken after this time.
    case slow(Duration)
}
