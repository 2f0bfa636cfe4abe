import WhatsAppTesting

/// What the command line asks for.
struct Options {
    struct Misunderstanding: Error { var message: String }

    var webhook = ""
    var port = 8002
    var name = "Assistant"
    var credentials = Simulator.Credentials()
    var playsBackend = false
    var isHelp = false

    static let help = """
        A WhatsApp of one's own in the browser, before any server that takes Meta's webhooks.

        usage: whatsapp-simulator --webhook URL [options]

          --webhook URL            where Meta delivers to, such as http://127.0.0.1:8001/whatsapp/v2
          --port N                 where the page and Meta are served, on 127.0.0.1 only: \(Options().port)
          --backend                play the Ansari backend, and the API that translates, too
          --name TEXT              whom users write to: \(Options().name)

        What the server is set up with; what is not given is made up, and printed:

          --app-secret S           signs the deliveries
          --phone-number-id N      the business number's id
          --access-token T         what the server gives to the Graph API
          --backend-key K          what the server gives to the backend

        The settings that the server needs to talk to this simulator are printed as NAME=value, on standard output.
        """

    init() {}

    init(_ words: [String]) throws {
        var words = words[...]
        while let word = words.popFirst() {
            switch word {
            case "--help", "-h": isHelp = true
            case "--backend": playsBackend = true
            case "--webhook": webhook = try Self.value(&words, of: word)
            case "--name": name = try Self.value(&words, of: word)
            case "--app-secret": credentials.appSecret = try Self.value(&words, of: word)
            case "--phone-number-id": credentials.phoneNumberID = try Self.value(&words, of: word)
            case "--access-token": credentials.accessToken = try Self.value(&words, of: word)
            case "--backend-key": credentials.backendKey = try Self.value(&words, of: word)
            case "--port":
                guard let number = Int(try Self.value(&words, of: word)), (0...65_535).contains(number) else {
                    throw Misunderstanding(message: "The option '--port' needs a number from 0 to 65535")
                }
                port = number
            default: throw Misunderstanding(message: "Unknown option '\(word)'")
            }
        }
        guard isHelp || webhook.hasPrefix("http://") || webhook.hasPrefix("https://") else {
            throw Misunderstanding(message: "The option '--webhook' needs the URL of the server's webhook")
        }
    }

    private static func value(_ words: inout ArraySlice<String>, of option: String) throws -> String {
        guard let value = words.popFirst(), !value.isEmpty else {
            throw Misunderstanding(message: "The option '\(option)' needs a value")
        }
        return value
    }
}
