internal import WhatsAppCore

extension BackendConformance {
    private static let user = WhatsAppUser(phoneNumber: "15550100001")

    private static func question(_ text: String, _ user: WhatsAppUser, to backend: any BackendClient) async throws
        -> Question
    {
        try await backend.register(Guest(user: user, preferredLanguage: "en"))
        let request = ThreadRequest(user: user, title: text, now: SystemClock().now)
        return Question(user: user, text: text, threadID: try await backend.openThread(for: request))
    }

    private static func ask(
        _ text: String, _ backend: any BackendClient, as user: WhatsAppUser = user
    ) async throws -> String {
        try await read(backend.answer(to: question(text, user, to: backend)))
    }

    private static func read(_ pieces: any AsyncSequence<String, any Error> & Sendable) async throws -> String {
        var answer = ""
        for try await piece in pieces { answer += piece }
        return answer
    }

    static func whole(_ subject: Subject, _ findings: Findings) async throws {
        let long = String(repeating: "ما هو الصبر؟ 👋🏽 e\u{301}\n", count: 300)
        for text in ["What is patience?", "ما هو الصبر؟", "\"a\\b\"\n\t/ \u{7f}", long] {
            let answer = try await ask(text, subject.backend)
            findings.expect(
                answer == subject.answer(text), "\(text.prefix(20)) was answered with \(answer.debugDescription)")
        }
    }

    static func knownUser(_ subject: Subject, _ findings: Findings) async throws {
        for user in [user, WhatsAppUser(userID: "US.1")] {
            for text in ["one", "two", "three"] {
                findings.expect("answer", try await ask(text, subject.backend, as: user), is: subject.answer(text))
            }
        }
    }

    static func manyAtOnce(_ subject: Subject, _ findings: Findings) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<30 {
                group.addTask {
                    let user = WhatsAppUser(phoneNumber: "155501000\(10 + number)")
                    let answer = try await ask("question \(number)", subject.backend, as: user)
                    findings.expect("answer", answer, is: subject.answer("question \(number)"))
                }
            }
        }
    }

    /// A question that is known to the backend, which then behaves as told.
    private static func question(before conduct: Conduct, _ subject: Subject) async throws -> Question {
        let question = try await question("What is patience?", user, to: subject.backend)
        await subject.conduct?(conduct)
        return question
    }

    static func streams(_ subject: Subject, _ findings: Findings) async throws {
        guard subject.conduct != nil else { return }
        let question = try await question(before: .stalls, subject)
        let (answer, begun) = (subject.answer(question.text), Recorder<String>())
        // Read in a task of its own: some sequences wait in vain, and are cancelled.
        let reading = Task {
            for try await piece in try await subject.backend.answer(to: question) where !piece.isEmpty {
                begun.append(piece)
                break
            }
        }
        let piece = await begun.wait { !$0.isEmpty }.first ?? ""
        reading.cancel()
        findings.expect(answer.hasPrefix(piece), "it began with \(piece.debugDescription)")
    }

    static func failureIsTyped(_ subject: Subject, _ findings: Findings) async throws {
        guard subject.conduct != nil else { return }
        let question = try await question(before: .fails, subject)
        let backend = subject.backend
        func expect(_ operations: Set<BackendError.Operation>, _ error: any Error) {
            guard let error = error as? BackendError else { return findings.report("it threw \(error)") }
            findings.expect(operations.contains(error.operation), "the error is of \(error.operation)")
            findings.expect(!"\(error)".contains(question.text), "the error tells what the user wrote: \(error)")
        }
        // A backend without accounts or threads has nothing to fail at.
        do { try await backend.register(Guest(user: user, preferredLanguage: "en")) } catch {
            expect([.register], error)
        }
        let request = ThreadRequest(user: user, title: question.text, now: SystemClock().now)
        do { _ = try await backend.openThread(for: request) } catch { expect([.findThread, .makeThread], error) }
        let error = await findings.expectError("the question") { _ = try await read(backend.answer(to: question)) }
        if let error { expect([.answer], error) }
    }

    static func breakIsThrown(_ subject: Subject, _ findings: Findings) async throws {
        guard subject.conduct != nil else { return }
        let question = try await question(before: .breaksOff, subject)
        let error = await findings.expectError("the answer that broke off") {
            _ = try await read(subject.backend.answer(to: question))
        }
        findings.expect(
            (error as? BackendError)?.operation == .answer, "it threw \(error.map { "\($0)" } ?? "nothing")")
    }

    static func cancellation(_ subject: Subject, _ findings: Findings) async throws {
        let question = try await question(before: .works, subject)
        func expectCancellation(_ what: String, _ body: @escaping @Sendable () async throws -> String) async {
            do {
                let text = try await body()
                findings.expect(text == subject.answer(question.text), "\(what): the end of the answer, after \(text)")
            } catch {
                findings.expect(error is CancellationError, "\(what): \(error)")
            }
        }
        await expectCancellation("cancelled before the question") {
            try await findings.inCancelledTask { try await read(subject.backend.answer(to: question)) }
        }
        guard let conduct = subject.conduct else { return }
        await conduct(.stalls)
        await expectCancellation("cancelled within the answer") {
            let reading = Task {
                var text = ""
                for try await piece in try await subject.backend.answer(to: question) {
                    text += piece
                    withUnsafeCurrentTask { $0?.cancel() }
                }
                return text
            }
            return try await reading.value
        }
    }
}
