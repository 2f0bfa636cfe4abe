// The webhook with nothing behind it that costs anything: the backend is a closure and the sender does nothing. So the
// same server can be measured with a journal and without.
//
//     webhook-server PORT SECRET NUMBER-ID [JOURNAL-DIRECTORY]
//
// POST /hold keeps all answers back, POST /release lets them go. POST /answered is answered when as many texts have gone
// out as its body says.
import Synchronization
import WhatsAppCore
import WhatsAppTransport

/// Takes every text for sent, and counts them.
final class CountingSender: MessageSender {
    private let state = Mutex<(count: Int, waiters: [Int: CheckedContinuation<Void, Never>])>((0, [:]))

    func send(_ text: OutboundText) async -> SendOutcome {
        let (count, waiter) = state.withLock { state in
            state.count += 1
            return (state.count, state.waiters.removeValue(forKey: state.count))
        }
        waiter?.resume()
        return .sent(id: "wamid.\(count)")
    }

    /// Returns when that many texts were sent. One caller at a time.
    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.count < count { state.waiters[count] = continuation }
                return state.count >= count
            }
            if isReached { continuation.resume() }
        }
    }
}

/// Lets answers pass, or holds them until it is opened again.
final class Door: Sendable {
    private let state = Mutex<(isOpen: Bool, held: [CheckedContinuation<Void, Never>])>((true, []))

    func pass() async {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if passes { continuation.resume() }
        }
    }

    func hold() { state.withLock { $0.isOpen = false } }

    func release() {
        let held = state.withLock { state in
            defer { state = (true, []) }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }
}

let arguments = CommandLine.arguments
guard arguments.count >= 4, let port = Int(arguments[1]) else {
    fatalError("usage: webhook-server PORT SECRET NUMBER-ID [JOURNAL-DIRECTORY]")
}
let store: any IdempotencyStore = arguments.count > 4 ? try JournalStore(directory: arguments[4]) : .inMemory
let (sender, door) = (CountingSender(), Door())

let backend = ClosureBackend { _ in
    await door.pass()
    return "Patience is half of faith."
}
let pipeline = try await MessagePipeline(
    store: store, backend: backend, sender: sender, formatter: .whatsApp, chunker: .whatsApp)
let webhook = WebhookEndpoint(
    configuration: .init(verifyToken: Secret("unused"), appSecrets: [Secret(arguments[2])]),
    admission: AdmissionPolicy(phoneNumberID: arguments[3]), intake: pipeline)

let routes = Router([
    "/": StatusEndpoint(message: "up"),
    "/whatsapp/v2": webhook,
    "/hold": ClosureHTTPHandler { _ in
        door.hold()
        return HTTPResponse(status: 200)
    },
    "/release": ClosureHTTPHandler { _ in
        door.release()
        return HTTPResponse(status: 200)
    },
    "/answered": ClosureHTTPHandler { request in
        await sender.wait(for: Int(String(decoding: request.body, as: UTF8.self)) ?? 0)
        return HTTPResponse(status: 200)
    },
])
let server = try HTTP1Server(configuration: .init(port: port))
try await runUntilShutdown { try await pipeline.serve(routes, on: server) }
