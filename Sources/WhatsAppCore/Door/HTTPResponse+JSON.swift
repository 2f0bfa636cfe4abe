extension HTTPResponse {
    /// A response with a JSON object, whose members `body` adds.
    package static func json(_ status: Int, _ body: (inout JSONWriter) -> Void) -> HTTPResponse {
        json(status, JSONWriter.object(body))
    }

    /// A response with a JSON text.
    package static func json(_ status: Int, _ text: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: status, fields: ["Content-Type": "application/json"], body: .bytes(text))
    }

    /// A response `{"detail": …}`, the shape of all refusals.
    package static func detail(_ status: Int, _ text: String) -> HTTPResponse {
        json(status) { $0.add("detail", text) }
    }

    /// The refusal of a method that a known path does not have.
    package static func methodNotAllowed(allowed: String) -> HTTPResponse {
        var response = detail(405, "Method Not Allowed")
        response.fields["Allow"] = allowed
        return response
    }
}
