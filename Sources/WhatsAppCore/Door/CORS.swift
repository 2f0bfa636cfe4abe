/// Adds the fields of cross-origin resource sharing (the Fetch standard) to what another handler answers, and answers
/// preflight requests itself.
public struct CORS: HTTPHandler {
    private let origins: [String]
    private let next: any HTTPHandler

    /// Wraps `next`.
    /// - Parameter origins: the origins whose pages may call it, such as `https://web.whatsapp.com`; compared as bytes.
    public init(allowing origins: [String], _ next: any HTTPHandler) {
        self.origins = origins
        self.next = next
    }

    /// Answers a preflight request, and adds the fields to every other answer.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse { await answer(request).value }

    /// Answers a preflight request at once, and adds the fields to every other answer.
    public func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
        guard let origin = request.fields["Origin"] else { return next.answer(request) }
        let isAllowed = origins.contains { $0.utf8.elementsEqual(origin.utf8) }
        let isPreflight = request.method == .options && request.fields["Access-Control-Request-Method"] != nil
        let answer = isPreflight ? .now(preflight(request, isAllowed: isAllowed)) : next.answer(request)
        return answer.map { response in
            var response = response
            response.fields["Access-Control-Allow-Credentials"] = "true"
            if isAllowed {
                response.fields["Access-Control-Allow-Origin"] = origin
                response.fields.add("Vary", "Origin")
            }
            return response
        }
    }

    private func preflight(_ request: HTTPRequest, isAllowed: Bool) -> HTTPResponse {
        var response = HTTPResponse(
            status: isAllowed ? 200 : 400, fields: ["Content-Type": "text/plain; charset=utf-8"],
            body: .text(isAllowed ? "OK" : "Disallowed CORS origin"))
        response.fields["Access-Control-Allow-Methods"] = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
        response.fields["Access-Control-Allow-Headers"] = request.fields["Access-Control-Request-Headers"]
        response.fields["Access-Control-Max-Age"] = "600"
        return response
    }
}
