import Testing
import WhatsAppCore
import WhatsAppTesting

struct MyBackend: BackendClient {
    func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        AsyncThrowingStream<String, any Error> { pieces in
            pieces.yield("**\(question.text)**, you ask?")
            pieces.finish()
        }
    }
}

@Test(arguments: SimulatedWorld.Wire.allCases)
func theUserGetsMyAnswer(wire: SimulatedWorld.Wire) async throws {
    try await SimulatedWorld.run(over: wire) { world in
        try await .init(world.pipeline(backend: MyBackend()), in: world)
    } _: { world in
        let status = try await world.write("Why")
        #expect(status == 200)
        #expect(await world.texts(1) == ["*Why*, you ask?"])
    }
}

@Test func myBackendConforms() async {
    let violations = await BackendConformance.check { .init(MyBackend(), answer: { "**\($0)**, you ask?" }) }
    #expect(violations == [])
}
