import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

/// The shorter pieces of the guide to testing, compiled and run.
@Suite struct TestingGuide {
    @Test func faultsHitOneRequestEach() async throws {
        try await SimulatedWorld.run(over: .inMemory) { world in
            try await .init(world.pipeline(backend: MyBackend()), in: world)
        } _: { world in
            world.graph.fail(with: [.error(status: 500, code: 131_000), .badGateway, .silence])
            world.claude.fail(with: [.rateLimited(retryAfter: .seconds(7)), .overloaded, .truncated])
            world.backend.delay = .seconds(12)
            #expect(world.graph.faults.count == 3)
        }
    }

    @Test func myStoreConforms() async {
        let violations = await StoreConformance.check { MyStore(MyTable()) }
        #expect(violations == [])
    }

    @Test(arguments: StoreConformance.Promise.allCases)
    func myStoreKeeps(promise: StoreConformance.Promise) async {
        let violations = await StoreConformance.check([promise]) {
            let table = MyTable()
            return StoreConformance.Subject(
                MyStore(table),
                reopen: {
                    table.isDown = false
                    return MyStore(table)
                },
                fail: { table.isDown = true })
        }
        #expect(violations == [])
    }
}

/// What lasts below a store: a table of a database, say.
private final class MyTable: Sendable {
    struct Down: Error {}
    private let rows = InMemoryStore()
    private let state = Mutex(false)

    var isDown: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func open() throws -> InMemoryStore { if isDown { throw Down() } else { rows } }
}

private struct MyStore: IdempotencyStore {
    let table: MyTable
    init(_ table: MyTable) { self.table = table }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] { try await table.open().accept(messages) }
    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        try await table.open().record(progress, for: key)
    }
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await table.open().unfinished()
    }
}
