/// A defect that a simulation plants between the pipeline and the world, to prove that its checker would find it.
package enum PlantedDefect: String, Sendable, CaseIterable {
    // On the way to the disk.
    /// Nothing is ever synced.
    case skipSync = "skip-sync"
    /// A failed sync is taken for a sync.
    case swallowSyncFailure = "swallow-sync-failure"
    /// The directory is not synced.
    case skipDirectorySync = "skip-directory-sync"
    // In the store.
    /// Messages are called new before they are durable.
    case acceptBeforeDurable = "accept-before-durable"
    /// Progress is called durable before it is.
    case progressNotAwaited = "progress-not-awaited"
    /// The ids of finished messages are forgotten at each start.
    case forgetFinishedIDs = "forget-finished-ids"
    /// An answer that is durable is not taken up again at the next start.
    case regenerateAnswer = "regenerate-answer"
    /// That a part was sent is not recorded.
    case forgetSent = "forget-sent"
    /// That a part may be under way is not taken up at the next start.
    case forgetIntent = "forget-intent"
    /// That work began is not recorded.
    case forgetAttempts = "forget-attempts"
    /// A message is finished when its last part goes out, not when that was taken.
    case finishEarly = "finish-early"
    /// Unfinished messages are taken up in the wrong order.
    case resumeBackwards = "resume-backwards"
    // At the door.
    /// A delivery is answered with 200 although it was not taken in.
    case acknowledgeFailure = "acknowledge-failure"
    /// The key of a message leaves out the business number.
    case keyWithoutPhoneID = "key-without-phone-id"
    /// Statuses are dropped.
    case ignoreStatuses = "ignore-statuses"
    /// Messages that wait for no answer get one.
    case answerIgnored = "answer-ignored"
    /// Each message has a lane of its own.
    case laneForEachMessage = "lane-for-each-message"
    // On the way to Graph and to the backend.
    /// A text whose outcome is unknown is posted again at once by the client.
    case retryUnknown = "retry-unknown"
    /// An unknown outcome is taken for a failure to connect.
    case unknownAsNotSent = "unknown-as-not-sent"
    /// An unknown outcome is taken for success.
    case unknownAsSent = "unknown-as-sent"
    /// A refused text is taken for sent.
    case refusedAsSent = "refused-as-sent"
    /// An answer that broke off is taken for whole.
    case keepBrokenAnswer = "keep-broken-answer"
    // Beside it.
    /// The clock runs ten times as fast as it should: no pause is long enough.
    case hastyClock = "hasty-clock"
    /// Blind resends are not counted.
    case hideBlindResends = "hide-blind-resends"
}
