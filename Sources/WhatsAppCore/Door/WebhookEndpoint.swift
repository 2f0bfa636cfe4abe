/// Answers Meta: the verification handshake, and deliveries.
///
/// A delivery's signature is checked over its raw bytes before anything is parsed. It is acknowledged when the intake has
/// its messages, and never waits for a backend or for the Graph API.
public final class WebhookEndpoint: HTTPHandler {
    /// How deliveries are checked and answered.
    public struct Configuration: Sendable {
        /// The token that Meta repeats in the handshake.
        public var verifyToken: Secret
        /// The app secrets under which deliveries may be signed: one, or several while a secret is rotated.
        public var appSecrets: [Secret]
        /// Whether a delivery that was refused for what it holds is answered with 200 all the same, so that Meta does
        /// not send it again. A wrong signature, and a delivery that could not be taken in, are never.
        public var alwaysReturnsOK = true

        /// Makes a configuration. Without an app secret, or with empty ones only, every delivery is refused.
        public init(verifyToken: Secret, appSecrets: [Secret]) {
            self.verifyToken = verifyToken
            self.appSecrets = appSecrets
        }
    }

    private let configuration: Configuration
    private let verifier: SignatureVerifier
    private let answers: WebhookAnswers
    private let admission: AdmissionPolicy
    private let parser: any WebhookParser
    private let intake: any MessageIntake
    private let observer: (any PipelineObserver)?
    private let clock: any ServiceClock

    /// Composes the endpoint.
    public init(
        configuration: Configuration, admission: AdmissionPolicy, intake: any MessageIntake,
        parser: any WebhookParser = .cloudAPI, observer: (any PipelineObserver)? = nil,
        clock: any ServiceClock = .system
    ) {
        self.configuration = configuration
        self.verifier = SignatureVerifier(secrets: configuration.appSecrets)
        self.answers = WebhookAnswers(alwaysOK: configuration.alwaysReturnsOK)
        self.admission = admission
        self.parser = parser
        self.intake = intake
        self.observer = observer
        self.clock = clock
    }

    /// Answers a handshake (`GET`, `HEAD`) or a delivery (`POST`). Other methods get 405.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse { await answer(request).value }

    /// Answers at once, or when the intake has the messages. A task is needed only where the intake needs one, and for
    /// statuses that somebody waits for.
    public func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
        switch request.method {
        case .get, .head: .now(handshake(request))
        case .post: delivery(request)
        default: .now(.methodNotAllowed(allowed: "GET, POST"))
        }
    }

    private func handshake(_ request: HTTPRequest) -> HTTPResponse {
        let query = request.queryItems
        func value(_ name: String) -> String {
            query.first { Array($0.name.utf8) == Array(name.utf8) }?.value ?? ""
        }
        let (mode, token) = (value("hub.mode"), value("hub.verify_token"))
        guard !mode.isEmpty, !token.isEmpty else { return .detail(400, "Bad Request") }
        guard mode == "subscribe", !configuration.verifyToken.isEmpty, Secret(token) == configuration.verifyToken else {
            return .detail(403, "Forbidden")
        }
        let challenge = value("hub.challenge")
        guard !challenge.isEmpty else { return .detail(400, "Bad Request") }
        // Reflected input: as plain text no browser takes it for a page.
        return HTTPResponse(
            status: 200, fields: ["Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"],
            body: .text(challenge))
    }

    private func delivery(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
        guard verifier.isValid(request) else {
            observer?.observe(.signatureRefused)
            var response = HTTPResponse.detail(403, "Invalid signature")
            response.fields["WWW-Authenticate"] = "HMAC-SHA256"
            return .now(response)
        }
        do {
            return takeIn(sort(try parser.parse(request.body)))
        } catch {
            observer?.observe(.payloadRefused(reason: error.reason))
            return .now(answer(.invalidPayload))
        }
    }

    /// What a delivery holds for the intake.
    private struct Delivery: Sendable {
        var messages: [AcceptedMessage] = []
        /// How each message is answered when it is new.
        var answers: [WebhookAnswer] = []
        var awaitedStatuses: [MessageStatus] = []
        /// Whether nothing in it concerns us.
        var isForeign = true
    }

    /// Reports the payload's events, and sorts out what the intake is to get.
    private func sort(_ payload: WebhookPayload) -> Delivery {
        let now = clock.now
        let isOurObject = (payload.object ?? "whatsapp_business_account") == "whatsapp_business_account"
        var delivery = Delivery()
        let events = payload.events
        for index in events.indices {  // An event in a variable of its own would be a copy, which has its price.
            guard isOurObject, isOurs(events[index]) else {
                observer?.observe(.foreign(phoneNumberID: events[index].phoneNumberID))
                continue
            }
            delivery.isForeign = false
            switch events[index].content {
            case .message(let message):
                let (plan, answer) = admission.admit(message, now: now)
                delivery.messages.append(
                    message.accepted(plan: plan, phoneNumberID: admission.phoneNumberID, now: now))
                delivery.answers.append(answer)
            case .status(let status):
                observer?.observe(.statusReceived(status))
                if intake.awaits(status) { delivery.awaitedStatuses.append(status) }
            case .errors(let errors): observer?.observe(.changeReceived(field: events[index].field, errors: errors))
            case .change: observer?.observe(.changeReceived(field: events[index].field, errors: []))
            case .undecodable(_, let reason): observer?.observe(.undecodable(reason: reason))
            }
        }
        return delivery
    }

    /// Gives the intake what it is to get, the statuses first, and answers when it has it.
    private func takeIn(_ delivery: Delivery) -> Eventual<HTTPResponse> {
        guard !delivery.awaitedStatuses.isEmpty else { return accept(delivery) }
        return .awaiting { [self] in
            do {
                for status in delivery.awaitedStatuses { try await intake.receive(status) }
                return await accept(delivery).value
            } catch {
                return unavailable(error)
            }
        }
    }

    private func accept(_ delivery: Delivery) -> Eventual<HTTPResponse> {
        guard !delivery.messages.isEmpty else {
            return .now(answer(delivery.isForeign ? .foreignNumber : .statusesOnly))
        }
        let answers = delivery.answers
        switch intake.acceptEventually(delivery.messages) {
        case .now(let result): return .now(answer(answers, result))
        case let later: return later.map { self.answer(answers, $0) }  // Only here is there a closure to make.
        }
    }

    private func answer(_ answers: [WebhookAnswer], _ result: Result<[Acceptance], any Error>) -> HTTPResponse {
        switch result {
        case .success(let acceptances): answer(.ofAll(answers, acceptances))
        case .failure(let error): unavailable(error)
        }
    }

    /// Messages and statuses are ours when they came to our number by the field `messages`: other fields repeat what
    /// the business wrote itself, or what another app is to answer. A field that concerns no number is ours too.
    private func isOurs(_ event: WebhookEvent) -> Bool {
        switch event.content {
        case .message, .status:
            return event.phoneNumberID == admission.phoneNumberID && (event.field ?? "messages") == "messages"
        case .errors, .change, .undecodable:
            return (event.phoneNumberID ?? admission.phoneNumberID) == admission.phoneNumberID
        }
    }

    private func answer(_ answer: WebhookAnswer) -> HTTPResponse { answers.response(answer, at: clock.now) }

    private func unavailable(_ error: any Error) -> HTTPResponse {
        observer?.observe(.intakeFailed(reason: "\(error)"))
        return WebhookAnswers.unavailable(at: clock.now)
    }
}

extension InboundMessage {
    /// What the pipeline keeps of it. A message without an id is known by its bytes: a repeat of it is the same message,
    /// another one is not.
    fileprivate func accepted(plan: MessagePlan, phoneNumberID: String, now: UnixTime) -> AcceptedMessage {
        let id = id.flatMap { $0.isEmpty ? nil : $0 }
        return AcceptedMessage(
            key: MessageKey(
                phoneNumberID: phoneNumberID, messageID: id ?? String(decoding: raw.rawBytes, as: UTF8.self)),
            phoneNumberID: phoneNumberID, messageID: id, user: sender, kind: kind, text: text ?? media?.caption,
            acceptedAt: now, plan: plan)
    }
}
