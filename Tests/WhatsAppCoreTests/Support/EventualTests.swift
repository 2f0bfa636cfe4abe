import Testing
import WhatsAppCore

@Suite struct EventualTests {
    @Test func everyKindGivesItsValueAndCanBeMapped() async {
        let kinds: [Eventual<Int>] = [
            .now(20), .later { $0(20) }, .later { completion in Task { completion(20) } }, .awaiting { 20 },
        ]
        for kind in kinds {
            #expect(await kind.value == 20)
            #expect(await kind.map { $0 + 1 }.map { "\($0)" }.value == "21")
        }
    }

    @Test func whatIsThereStaysThere() {
        guard case .now("1") = Eventual.now(1).map({ "\($0)" }) else {
            Issue.record("mapping what is there must not put it off")
            return
        }
    }
}
