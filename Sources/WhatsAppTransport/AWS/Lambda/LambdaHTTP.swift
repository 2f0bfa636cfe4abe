public import WhatsAppCore

/// Answers HTTP requests that come as events of a function URL or of an API Gateway HTTP API (payload format 2.0).
///
/// Source: docs.aws.amazon.com, "Invoking Lambda function URLs", and "Create AWS Lambda proxy integrations for HTTP APIs".
public struct LambdaHTTP: Sendable {
    private let handler: any HTTPHandler

    /// Has `handler` answer. It gets the request as the client sent it: the body decoded, so that a signature fits, and the
    /// path without the API's stage.
    public init(_ handler: any HTTPHandler) { self.handler = handler }

    /// Answers one invocation.
    /// - Throws: ``LambdaError`` for an event of another kind; what the response's body throws.
    public func answer(_ invocation: LambdaRuntime.Invocation) async throws -> [UInt8] {
        let response = await handler.handle(try Self.request(from: invocation.event))
        return Self.event(for: response, body: try await response.body.collect(upTo: 6 << 20))
    }

    static func request(from event: [UInt8]) throws -> HTTPRequest {
        guard let root = (try? JSONDocument(event))?.root, root["version"]?.string == "2.0",
            let context = root["requestContext"], let method = context["http"]?["method"]?.string,
            let path = root["rawPath"]?.string
        else {
            throw LambdaError(
                message:
                    "The event is no HTTP request in payload format 2.0. Put the function behind a function URL or an "
                    + "API Gateway HTTP API, or give a worker's function an SQS queue and ROLE=worker.")
        }
        let query = root["rawQueryString"]?.string ?? ""
        let text = root["body"]?.string ?? ""
        guard let body = root["isBase64Encoded"]?.bool == true ? Base64.decode(text) : Array(text.utf8) else {
            throw LambdaError(message: "The event's body is not the base64 that it says it is.")
        }
        var fields = HTTPFields()
        root["headers"]?.forEachMember { name, value in
            if let value = value.string { fields.add(name, value) }
        }
        return HTTPRequest(
            method: HTTPMethod(rawValue: method),
            target: path.droppingStage(context["stage"]?.string) + (query.isEmpty ? "" : "?" + query), fields: fields,
            body: body)
    }

    static func event(for response: HTTPResponse, body: [UInt8]) -> [UInt8] {
        let text = String(validating: body, as: UTF8.self)
        return JSONWriter.object {
            $0.add("statusCode", Int64(response.status))
            $0.object("headers") { writer in
                var seen: Set<String> = []
                for field in response.fields.fields where seen.insert(field.name.lowercased()).inserted {
                    writer.add(field.name, response.fields.values(field.name).joined(separator: ","))
                }
            }
            $0.add("body", text ?? Base64.encode(body))
            $0.add("isBase64Encoded", text == nil)
        }
    }
}

extension String {
    /// The path as the client sent it: an API with a stage of its own name puts that first.
    fileprivate func droppingStage(_ stage: String?) -> String {
        guard let stage, stage != "$default", hasPrefix("/\(stage)/") else { return self }
        return String(dropFirst(stage.count + 1))
    }
}
