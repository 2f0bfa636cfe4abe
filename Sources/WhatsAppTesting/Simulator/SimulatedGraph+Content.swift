internal import WhatsAppCore

extension SimulatedGraph {
    /// What a user reads: a text, or a text with buttons or a list. The limits are Meta's (developers.facebook.com,
    /// "Interactive reply buttons messages", "Interactive list messages").
    struct Content {
        struct Problem: Error { var message: String }

        var body: String
        var choices: [Choice] = []

        init(_ json: JSONValue) throws(Problem) {
            switch json["type"]?.string ?? "text" {
            case "text":
                body = try Self.text(json["text"]?["body"], "text['body']", atMost: SimulatedGraph.longestText)
            case "interactive":
                let isList = json["interactive"]?["type"]?.string == "list"
                body = try Self.text(
                    json["interactive"]?["body"]?["text"], "interactive['body']['text']",
                    atMost: isList ? SimulatedGraph.longestText : 1024)
                let action = json["interactive"]?["action"]
                choices = try isList ? Self.rows(of: action) : Self.buttons(of: action)
            default: throw Problem(message: "This simulator takes messages of the types text and interactive.")
            }
        }

        private static func buttons(of action: JSONValue?) throws(Problem) -> [Choice] {
            let buttons = action?["buttons"]?.elements ?? []
            guard (1...3).contains(buttons.count) else { throw Problem(message: "There must be 1 to 3 buttons.") }
            var choices: [Choice] = []
            for button in buttons { choices.append(try choice(.button, button["reply"], longestTitle: 20)) }
            return choices
        }

        private static func rows(of action: JSONValue?) throws(Problem) -> [Choice] {
            let rows = action?["sections"]?.elements.flatMap { $0["rows"]?.elements ?? [] } ?? []
            guard (1...10).contains(rows.count) else { throw Problem(message: "There must be 1 to 10 rows.") }
            var choices: [Choice] = []
            for row in rows { choices.append(try choice(.list, row, longestTitle: 24)) }
            return choices
        }

        private static func choice(
            _ source: SimulatedDelivery.Message.Choice.Source, _ json: JSONValue?, longestTitle: Int
        ) throws(Problem) -> Choice {
            Choice(
                source: source, id: try text(json?["id"], "id", atMost: source == .list ? 200 : 256),
                title: try text(json?["title"], "title", atMost: longestTitle))
        }

        private static func text(_ json: JSONValue?, _ name: String, atMost limit: Int) throws(Problem) -> String {
            guard let text = json?.string, !text.isEmpty else {
                throw Problem(message: "The parameter \(name) is required.")
            }
            guard text.utf16.count <= limit else {
                throw Problem(message: "Param \(name) must be at most \(limit) characters long.")
            }
            return text
        }
    }
}
