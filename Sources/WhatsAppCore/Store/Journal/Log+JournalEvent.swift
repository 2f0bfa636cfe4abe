extension Log {
    /// Writes what happened to a journal: `JournalStore(directory: "data") { log($0) }`.
    public func callAsFunction(_ event: JournalEvent) {
        switch event {
        case .opened(let report):
            let fields = [
                ("unfinished", "\(report.unfinished)"), ("dead_letters", "\(report.deadLetters)"),
                ("ids", "\(report.finishedIDs)"), ("bytes", "\(report.bytes)"),
            ]
            switch report.verdict {
            case .clean: self(.info, "Journal opened", fields)
            case .tornTail: self(.warning, "Journal opened; a tail that was never acknowledged was cut off", fields)
            case .damaged: self(.error, "Journal opened without what was damaged", fields)
            }
        case .compacted(let bytes): self(.info, "Journal compacted", [("bytes", "\(bytes)")])
        case .diskFull: self(.error, "The disk is full: messages are refused until there is room")
        case .roomAgain: self(.success, "There is room again: messages are taken in")
        case .failed(let error): self(.critical, "The journal failed", [("error", "\(error)")])
        }
    }
}
