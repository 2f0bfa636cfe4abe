import Testing
import WhatsAppCore

@Suite struct WhatsAppUserTests {
    @Test(arguments: [
        ("15550100001", true), ("+15550100001", true), ("+1 (555) 010-0001", true), ("1.555.010.0001", true),
        ("US.1349", true), ("15550100002", false), ("5550100001", false), ("US.134", false), ("US1349", false),
        ("+", false), ("", false),
    ])
    func isNamed(name: String, isMeant: Bool) {
        #expect(WhatsAppUser(phoneNumber: "15550100001", userID: "US.1349").isNamed(name) == isMeant)
    }

    @Test(arguments: ["", "+", "nobody"])
    func nobodyIsNamed(name: String) {
        #expect(!WhatsAppUser(phoneNumber: nil, userID: nil).isNamed(name))
    }
}
