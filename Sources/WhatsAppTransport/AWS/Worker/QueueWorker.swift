public import WhatsAppCore

/// Takes messages from a queue and has a pipeline work on them: several users at once, each user's messages in order.
///
/// Any number of workers share a queue. What one leaves behind when it dies, another takes up where the record stops.
public final class QueueWorker: Sendable {
    /// How much is done at once.
    public struct Configuration: Sendable {
        /// How many messages are held at once; as many as the pipeline has active users, so that none waits here that
        /// another worker could take.
        public var maximumMessages = 64
        /// How long one request waits for messages: whole seconds, 20 at most. A stop waits for it, too: a request that were
        /// broken off could take messages that nobody gets before their time has come.
        public var wait = Duration.seconds(5)

        /// The defaults.
        public init() {}
    }

    private let configuration: Configuration
    private let queue: SQSQueue
    private let pipeline: MessagePipeline
    private let work: LeasedWork
    private let observer: any PipelineObserver
    private let clock: any ServiceClock
    /// How long the queue hides a message. When a process dies its leases end before that.
    private let visibility: Duration
    private let inHand = MessagesInHand()
    private let finished = Gathering<String>()

    /// Makes a worker.
    /// - Parameters:
    ///   - queue: where messages come from.
    ///   - store: what is on record of them; the pipeline's store, too.
    ///   - pipeline: works on them. It is run by this worker.
    public init(
        configuration: Configuration = Configuration(), queue: SQSQueue, store: DynamoDBStore,
        pipeline: MessagePipeline, observer: any PipelineObserver = PipelineObservers([]),
        clock: any ServiceClock = .system
    ) {
        self.configuration = configuration
        self.queue = queue
        self.pipeline = pipeline
        self.observer = observer
        self.clock = clock
        work = LeasedWork(queue: queue, store: store, pipeline: pipeline, observer: observer, clock: clock)
        visibility = store.configuration.lease * 3 / 2
    }

    /// Works until the calling task is cancelled. Then it takes no more, finishes what it has within the pipeline's grace
    /// period, gives the rest back, and returns. Call it once.
    public func run() async {
        let (batches, giver) = AsyncStream<[ReceivedMessage]>.makeStream()
        // These end when they are told to, and not with the calling task: what is in hand has to be brought to an end.
        let pipelineRun = Task { await pipeline.run() }
        let groups = Task {
            await withDiscardingTaskGroup { tasks in
                for await batch in batches {
                    for group in Self.groups(of: batch) { tasks.addTask { await self.perform(group) } }
                }
            }
        }
        let deletions = Task { await finished.forEachBatch(upTo: 10) { await self.delete($0) } }
        let hiding = Task { await self.keepHidden() }
        let receiving = Task { await self.receive { giver.yield($0) } }

        await withTaskCancellationHandler {
            await receiving.value
        } onCancel: {
            inHand.close()
            pipelineRun.cancel()
        }
        giver.finish()
        await pipelineRun.value
        await groups.value
        hiding.cancel()
        await hiding.value
        finished.finish()
        await deletions.value
    }

    /// Takes messages as long as there is room for more, until the worker is to stop.
    private func receive(_ give: ([ReceivedMessage]) -> Void) async {
        var failures = 0
        while await inHand.waitForRoom(below: configuration.maximumMessages) {
            do {
                let messages = try await queue.receive(
                    upTo: configuration.maximumMessages - inHand.count, wait: configuration.wait, visibility: visibility
                )
                failures = 0
                inHand.add(messages.map(\.handle))
                if !messages.isEmpty { give(messages) }
            } catch {
                observer.observe(.queueFailed(error))
                await pause(after: failures)
                failures += 1
            }
        }
    }

    /// Short, because a stop waits for it.
    private func pause(after failures: Int) async {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(5))
        try? await clock.sleep(for: backoff.delay(after: failures, random: .random(in: 0...1)))
    }

    /// What cannot be worked on now, and by nobody else either, is tried again so much later.
    private static let setback = Duration.seconds(30)

    /// The messages of each group, in order.
    static func groups(of batch: [ReceivedMessage]) -> [[ReceivedMessage]] {
        var order: [String] = []
        var groups: [String: [ReceivedMessage]] = [:]
        for message in batch {
            if groups[message.group] == nil { order.append(message.group) }
            groups[message.group, default: []].append(message)
        }
        return order.compactMap { groups[$0] }
    }

    /// Works on a user's messages one after the other. With the first that does not reach its end all that follow are given
    /// back, too.
    private func perform(_ group: [ReceivedMessage]) async {
        for (index, message) in group.enumerated() {
            guard let delay = await perform(message) else { continue }
            let rest = group[index...].map(\.handle)
            do { try await queue.hide(rest, for: delay) } catch { observer.observe(.queueFailed(error)) }
            return inHand.remove(rest)
        }
    }

    /// Works on a message. Returns `nil` when it is done with, else when it is to be tried again.
    private func perform(_ received: ReceivedMessage) async -> Duration? {
        guard let queued = received.content else {
            observer.observe(.queueFailed(UnreadableMessage()))
            return Self.setback
        }
        var failures = 0
        while true {
            switch await work.perform(queued) {
            case .finished:
                finished.add(received.handle)
                return nil
            case .held(let until):
                return max(until.duration(since: clock.now), .zero) + .seconds(1)
            case .interrupted(let error):
                return error is CancellationError || error is IntakeError ? .zero : Self.setback
            case .unavailable:
                // Nobody can work on it meanwhile: it waits here, and with it the user's next ones.
                guard !inHand.isClosed else { return .zero }
                await pause(after: failures)
                failures += 1
            }
        }
    }

    private func delete(_ handles: [String]) async {
        do { try await queue.delete(handles) } catch { observer.observe(.queueFailed(error)) }
        inHand.remove(handles)
    }

    /// Hides what is in hand from others, again and again, until the task is cancelled.
    private func keepHidden() async {
        while true {
            do { try await clock.sleep(for: visibility / 3) } catch { return }
            let handles = inHand.handles
            for start in stride(from: 0, to: handles.count, by: 10) {
                do {
                    try await queue.hide(Array(handles[start..<min(start + 10, handles.count)]), for: visibility)
                } catch {
                    if Task.isCancelled { return }
                    observer.observe(.queueFailed(error))
                }
            }
        }
    }
}

/// A queue's message was written by a newer version, or by somebody else.
struct UnreadableMessage: Error, CustomStringConvertible {
    var description: String {
        "The queue holds a message that this version cannot read. It is left for a newer one, and goes to the dead letters when "
            + "none comes."
    }
}
