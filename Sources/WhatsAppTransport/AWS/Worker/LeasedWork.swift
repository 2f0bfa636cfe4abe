internal import WhatsAppCore

/// Works on one message at a time under a lease: for whatever brings messages, a queue that is polled or a function that is
/// called.
struct LeasedWork: Sendable {
    /// What came of a message.
    enum Ending: Sendable {
        /// It has reached its end, here or before. A dead letter has been put aside.
        case finished
        /// Another process works on it, until this time at least.
        case held(until: UnixTime)
        /// The table could not be asked. It is to be tried again.
        case unavailable(any Error)
        /// It has not reached its end, or is a dead letter that could not be put aside. It is to go on elsewhere or later.
        case interrupted(any Error)
    }

    let queue: SQSQueue
    let store: DynamoDBStore
    let pipeline: MessagePipeline
    let observer: any PipelineObserver
    let clock: any ServiceClock

    /// Claims a message, works on it, and keeps its lease meanwhile. What fails is reported here.
    func perform(_ queued: QueuedMessage) async -> Ending {
        let key = queued.message.key
        do {
            switch try await store.claim(key, replaying: queued.isDeadLetter) {
            case .claimed(let progress): return await work(on: queued.message, progress)
            case .held(let until): return .held(until: until)
            case .finished(let isDeadLetter):
                observer.observe(.duplicate(key))
                // Whoever finished it may have died before it was put aside.
                return isDeadLetter ? await putAside(queued.message) : .finished
            }
        } catch {
            observer.observe(.queueFailed(error))
            return (error as? any StoreError)?.isTemporary == false ? .interrupted(error) : .unavailable(error)
        }
    }

    private func work(on message: AcceptedMessage, _ progress: [MessageProgress]) async -> Ending {
        do {
            let outcome = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await keepLease(of: message.key) }
                defer { group.cancelAll() }
                return try await pipeline.work(on: message, progress: progress)
            }
            if case .deadLettered = outcome { return await putAside(message) }
            return .finished
        } catch {
            do { try await store.release(message.key) } catch { observer.observe(.queueFailed(error)) }
            return .interrupted(error)
        }
    }

    private func putAside(_ message: AcceptedMessage) async -> Ending {
        do {
            try await queue.sendDeadLetter(message)
            return .finished
        } catch {
            observer.observe(.queueFailed(error))
            return .interrupted(error)
        }
    }

    /// Renews the lease, and looks whether a status reached another process, until the task is cancelled or the lease lost. Who
    /// lost it is refused at the next step, and so need not be told.
    private func keepLease(of key: MessageKey) async {
        while true {
            do { try await clock.sleep(for: store.configuration.lease / 6) } catch { return }
            do {
                if let arrival = try await store.renew(key) {
                    pipeline.resolve(part: arrival.part, of: key, id: arrival.id)
                }
            } catch is DynamoDBStoreError {
                return
            } catch {
                if Task.isCancelled { return }
                observer.observe(.queueFailed(error))
            }
        }
    }
}
