/// What a refusal by the Graph API means for what is sent next.
public enum SendDisposition: Sendable, Hashable {
    /// The whole number sends too much: everything pauses.
    case pauseNumber
    /// This user gets too much: they alone wait.
    case pauseUser
    /// The account may not send at all: everything waits, and is tried again from time to time.
    case probeAccount
    /// Graph failed in a way that leaves open whether it took the message.
    case unknown
    /// This message cannot reach this user. Nothing is wrong with the service.
    case undeliverable
    /// It will never be taken as it is: somebody has to look at it.
    case deadLetter
}

extension CloudAPIError {
    /// What to do after this error. It goes by the code, as Meta asks (developers.facebook.com, "Error codes", 12 December
    /// 2025), and by the HTTP status only where the code says nothing: Graph answers throttling with 400, and some
    /// permanent errors with 500.
    public var disposition: SendDisposition {
        guard let code else { return byStatus }
        return switch code {
        case 4, 80_007, 130_429: .pauseNumber
        case 131_056: .pauseUser
        case 0, 10, 190, 200...299: .probeAccount
        case 1, 2, 131_000, 131_016, 131_057, 133_004: .unknown
        // Unreachable, window closed, held back, opted out, blocked by us, in an experiment, country.
        case 131_026, 131_047, 131_049, 131_050, 130_403, 130_472, 130_497: .undeliverable
        case 3, 131_045: .deadLetter
        default: byStatus
        }
    }

    private var byStatus: SendDisposition {
        if isTransient || httpStatus == 429 { return .pauseNumber }
        return (httpStatus ?? 0) >= 500 ? .unknown : .deadLetter
    }
}
