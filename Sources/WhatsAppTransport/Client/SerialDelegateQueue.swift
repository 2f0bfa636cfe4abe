#if URLSession
import Dispatch
import Foundation

extension OperationQueue {
    /// The queue that a new session is to call its delegate on.
    static var forDelegate: OperationQueue? {
        #if canImport(FoundationNetworking)
        SerialDelegateQueue()
        #else
        nil
        #endif
    }
}

#if canImport(FoundationNetworking)
/// Runs what it is given in order, without making an operation of it. All that Linux does with a delegate's queue is
/// `addOperation`, several times a request, and an operation costs several times what a block does.
///
/// Sendable because `OperationQueue` is, and what is added never changes.
private final class SerialDelegateQueue: OperationQueue, @unchecked Sendable {
    private let queue = DispatchQueue(label: "URLSessionHTTPClient.delegate")

    override func addOperation(_ block: @escaping @Sendable () -> Void) {
        queue.async(execute: block)
    }
}
#endif
#endif
