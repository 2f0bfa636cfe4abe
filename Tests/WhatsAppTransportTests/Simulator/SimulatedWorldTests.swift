import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite(.timeLimit(.minutes(1))) struct SimulatedWorldTests {
    private struct Dead: Error {}

    @Test(arguments: SimulatedWorld.Wire.allCases)
    func nobodyWaitsForAServiceThatHasDied(wire: SimulatedWorld.Wire) async throws {
        await #expect(throws: Dead.self) {
            try await SimulatedWorld.run(over: wire) { _ in
                .init(ClosureHTTPHandler { _ in HTTPResponse(status: 200) }) { throw Dead() }
            } _: { world in
                let status = try await world.write("Why?")
                #expect(status == 200)
                #expect(await world.texts(1) == [])
                #expect(await world.observer.waitForOutcomes(1) == [])
            }
        }
    }
}
