import CommandArguments
import WhatsAppTesting

/// What the command line asks for.
struct Options {
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
        var arguments = Arguments(words)
        isHelp = arguments.flag("--help") || arguments.flag("-h")
        playsBackend = arguments.flag("--backend")
        func take(_ name: String, into option: inout String) throws {
            guard let value = try arguments.value(name) else { return }
            guard !value.isEmpty else { throw UsageError(message: "The option '\(name)' needs a value") }
            option = value
        }
        try take("--webhook", into: &webhook)
        try take("--name", into: &name)
        try take("--app-secret", into: &credentials.appSecret)
        try take("--phone-number-id", into: &credentials.phoneNumberID)
        try take("--access-token", into: &credentials.accessToken)
        try take("--backend-key", into: &credentials.backendKey)
        port = try arguments.number("--port", in: 0...65_535) ?? port
        try arguments.end()
        guard isHelp || webhook.hasPrefix("http://") || webhook.hasPrefix("https://") else {
            throw UsageError(message: "The option '--webhook' needs the URL of the server's webhook")
        }
    }
}
