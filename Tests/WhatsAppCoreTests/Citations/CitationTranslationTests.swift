import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite("Citations: translation")
struct CitationTranslationTests {
    /// Keeps what it was asked, and translates to `<language> of <text>` once its gate is open.
    private struct ScriptedTranslator: Translator {
        let asked = Recorder<TranslationRequest>()
        var gate: Gate?
        var failing: @Sendable (TranslationRequest) -> (any Error)? = { _ in nil }
        var answer: @Sendable (TranslationRequest) -> String = { "\($0.targetLanguage) of \($0.text)" }

        func translate(_ request: TranslationRequest) async throws -> String {
            asked.append(request)
            await gate?.pass(request.text)
            try Task.checkCancellation()
            if let error = failing(request) { throw error }
            return answer(request)
        }
    }

    private struct Other: Error {}

    private let clock = HeldClock()
    private let failures = Recorder<TranslationError>()

    private func translation(
        _ translator: ScriptedTranslator, _ change: (inout CitationTranslation.Configuration) -> Void = { _ in }
    ) -> CitationTranslation {
        var configuration = CitationTranslation.Configuration()
        change(&configuration)
        return CitationTranslation(configuration: configuration, translator: translator, clock: clock) { [failures] in
            failures.append($0)
        }
    }

    private func answer(_ entries: String...) -> String {
        "B\n\n**Citations**:\n"
            + entries.enumerated().map { "[\($0.offset + 1)] S\($0.offset + 1):\n\($0.element)\n\n" }.joined()
    }

    private func laidOut(_ entries: String...) -> String {
        "B\n\n**Citations**\n"
            + entries.enumerated().map { "[\($0.offset + 1)] S\($0.offset + 1)\n\($0.element)" }.joined(
                separator: "\n\n")
    }

    @Test func whatIsMissingIsTranslated() async {
        let translator = ScriptedTranslator()
        let completed = await translation(translator).completeCitations(
            of: answer(
                "Arabic: نص", " Arabic: آخر\n\n English: [Translation unavailable]", "Text: ثالث",
                #"[{"lang":"ar","text":"\u0631\u0627\u0628\u0639"#, "Arabic: خامس\nEnglish: fifth", "Text: sixth"))
        #expect(
            completed
                == laidOut(
                    "نص\nen of نص", "آخر\nen of آخر", "ثالث\nen of ثالث", "رابع\nen of رابع", "خامس\nfifth", "sixth"))
        #expect(Set(translator.asked.elements.map(\.text)) == ["نص", "آخر", "ثالث", "رابع"])
        #expect(failures.elements.isEmpty)
    }

    @Test(arguments: [
        "إِنَّمَا الأَعْمَالُ بِالنِّيَّاتِ", "نَصُّ", "بِّ", "\u{FEF2}", "یہ کتاب ہے", "نص طويل (text)", "قال: «نعم»!",
    ])
    func arabicIsKnownByItsScript(text: String) async {
        let translator = ScriptedTranslator()
        _ = await translation(translator).completeCitations(of: answer("Text: \(text)"))
        #expect(translator.asked.elements.map(\.text) == [text])
    }

    @Test(arguments: ["text", "the word صبر in it", "…", "ελληνικά", "12:34"])
    func theRestIsNot(text: String) async {
        let translator = ScriptedTranslator()
        #expect(await translation(translator).completeCitations(of: answer("Text: \(text)")) == laidOut(text))
        #expect(translator.asked.elements.isEmpty)
    }

    @Test func anotherLanguage() async {
        let translator = ScriptedTranslator()
        let translation = translation(translator) { $0.targetLanguage = "fr" }
        let completed = await translation.completeCitations(
            of: answer("Arabic: نص\nEnglish: text", #"[{"lang":"ar","text":"آخر"},{"lang":"fr","text":"texte"}]"#))
        #expect(completed == laidOut("نص\ntext\nfr of نص", "آخر\ntexte"))
    }

    @Test func readersOfArabicNeedNoTranslationOfIt() async {
        let translator = ScriptedTranslator()
        let translation = translation(translator) { $0.targetLanguage = "ar" }
        #expect(await translation.completeCitations(of: answer("Arabic: نص", "Text: text")) == laidOut("نص", "text"))
        #expect(translator.asked.elements.isEmpty)
    }

    @Test func equalTextsAreAskedOnceAndRemembered() async {
        let translator = ScriptedTranslator()
        let translation = translation(translator)
        let expected = laidOut("نص\nen of نص", "نص\nen of نص", "آخر\nen of آخر")
        for _ in 0..<3 {
            #expect(
                await translation.completeCitations(of: answer("Arabic: نص", " Arabic: نص\n\n", "Text: آخر"))
                    == expected)
        }
        #expect(translator.asked.elements.map(\.text).sorted() == ["آخر", "نص"].sorted())
    }

    @Test func whatIsRememberedIsBounded() async {
        let translator = ScriptedTranslator()
        // Room for two of them: each has 2 bytes, and 8 in its translation.
        let translation = translation(translator) { $0.cacheBytes = 2 * (2 + 8 + 256) }
        for text in ["ا", "ب", "ا", "ت", "ا", "ب"] {
            _ = await translation.completeCitations(of: answer("Text: \(text)"))
        }
        #expect(translator.asked.elements.map(\.text) == ["ا", "ب", "ت", "ب"])
    }

    @Test func noMoreThanAllowedRunAtATime() async {
        let gate = Gate()
        let translator = ScriptedTranslator(gate: gate)
        let translation = translation(translator) { $0.maximumConcurrentTranslations = 2 }
        async let completed = translation.completeCitations(of: answer("Text: ا", "Text: ب", "Text: ت"))
        await gate.arrivals.wait { $0.count == 2 }
        #expect(translator.asked.elements.count == 2)
        gate.open()
        #expect(await completed == laidOut("ا\nen of ا", "ب\nen of ب", "ت\nen of ت"))
    }

    @Test func whatIsNotThereAtTheDeadlineStaysAsItIs() async {
        let gate = Gate()
        let translator = ScriptedTranslator(gate: gate)
        let quick = Recorder<String>()
        let mixed = MixedTranslator(quick: quick, slow: translator)
        let translation = CitationTranslation(translator: mixed, clock: clock) { [failures] in failures.append($0) }
        async let completed = translation.completeCitations(of: answer("Text: سريع", "Text: بطيء", "Text: بطيء جدا"))
        await clock.waitForSleepers(1)
        await gate.arrivals.wait { $0.count == 2 }
        await quick.wait { !$0.isEmpty }
        clock.advance(by: .seconds(20))
        #expect(await completed == laidOut("سريع\nquick", "بطيء", "بطيء جدا"))
        #expect(failures.elements.map(\.code) == [.late])
    }

    private struct MixedTranslator: Translator {
        let quick: Recorder<String>
        let slow: ScriptedTranslator

        func translate(_ request: TranslationRequest) async throws -> String {
            guard request.text == "سريع" else { return try await slow.translate(request) }
            quick.append(request.text)
            return "quick"
        }
    }

    @Test func oneDeadlineForAll() async {
        let gate = Gate()
        let translation = translation(ScriptedTranslator(gate: gate)) {
            $0.maximumConcurrentTranslations = 1
            $0.deadline = .seconds(3)
        }
        async let completed = translation.completeCitations(of: answer("Text: ا", "Text: ب"))
        await gate.arrivals.wait { !$0.isEmpty }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(3))
        #expect(await completed == laidOut("ا", "ب"))
        #expect(gate.arrivals.elements.count == 1)
    }

    @Test func aFailureLeavesTheRest() async {
        var translator = ScriptedTranslator()
        translator.failing = { request in
            switch request.text {
            case "ا": TranslationError(code: .rejected, message: "no")
            case "ب": Other()
            default: nil
            }
        }
        translator.answer = { $0.text == "ت" ? " \n" : "ok" }
        let translation = translation(translator)
        #expect(
            await translation.completeCitations(of: answer("Text: ا", "Text: ب", "Text: ت", "Text: ث"))
                == laidOut("ا", "ب", "ت", "ث\nok"))
        #expect(Set(failures.elements.map(\.code)) == [.rejected, .unavailable, .empty])
        // Failures are not remembered.
        _ = await translation.completeCitations(of: answer("Text: ا", "Text: ث"))
        #expect(translator.asked.elements.count { $0.text == "ا" } == 2)
    }

    @Test func aTranslationIsLaidOutLikeAText() async {
        var translator = ScriptedTranslator()
        translator.answer = { _ in "\n one\n\n# two \n" }
        #expect(await translation(translator).completeCitations(of: answer("Text: نص")) == laidOut("نص\none\n\\# two"))
    }

    @Test func cancellationGoesThrough() async {
        let gate = Gate()
        let translation = translation(ScriptedTranslator(gate: gate))
        let task = Task { await translation.completeCitations(of: answer("Text: ا", "Text: ب")) }
        await gate.arrivals.wait { $0.count == 2 }
        task.cancel()
        #expect(await task.value == laidOut("ا", "ب"))
        #expect(failures.elements.isEmpty)
    }

    @Test func withoutATranslatorCitationsAreLaidOut() async {
        let translation = CitationTranslation(translator: nil, clock: clock)
        #expect(await translation.completeCitations(of: answer("Arabic: نص", "Text: text")) == laidOut("نص", "text"))
    }
}
