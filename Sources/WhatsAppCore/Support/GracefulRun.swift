/// Runs `operation` until it ends by itself. When the calling task is cancelled, `stop` tells it to come to its end, and
/// after `grace` it is cancelled. Returns only when it has ended.
///
/// The operation runs in a task of its own, because a child task would be cancelled with its parent, before it could
/// finish what it had begun. It is awaited here, so it does not outlive the call. Such a task does not take over its
/// creator's preference for an executor, so that is a parameter; `nil` for the default.
package func runGracefully(
    grace: Duration, clock: any ServiceClock, executor: (any TaskExecutor)? = nil,
    operation: @escaping @Sendable () async -> Void,
    stop: @escaping @Sendable () -> Void
) async {
    let (stopped, stopSignal) = AsyncStream<Never>.makeStream()
    let work = Task(executorPreference: executor) {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await operation() }
            group.addTask {
                for await _ in stopped {}
                try? await clock.sleep(for: grace)
            }
            await group.next()
            group.cancelAll()
        }
    }
    await withTaskCancellationHandler {
        await work.value
    } onCancel: {
        stop()
        stopSignal.finish()
    }
}
