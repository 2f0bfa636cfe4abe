import Testing
import WhatsAppTesting

/// The account must find each way in which a server can be wrong, and nothing else.
@Suite struct AnswerLedgerTests {
    private var ledger = AnswerLedger()

    private func answer(_ ledger: AnswerLedger, _ question: (number: Int, text: String)) -> String {
        AnswerLedger.answer(to: question.text)
    }

    @Test mutating func whatIsAnsweredOnceIsInOrder() {
        for user in ["1", "2"] {
            let question = ledger.ask(user, sentences: 25)
            ledger.acknowledge(question.number)
            #expect(!ledger.isSettled(question.number))
            #expect(ledger.take(answer(ledger, question), for: user) == [question.number])
            #expect(ledger.isSettled(question.number))
        }
        #expect(ledger.open == 0)
        #expect(ledger.unanswered.isEmpty && ledger.repeated.isEmpty && ledger.disordered.isEmpty)
        #expect(ledger.overtaken.isEmpty && ledger.misdirected == 0 && ledger.unwanted == 0)
        #expect(ledger.notices.count == 0)
    }

    @Test mutating func whatIsMissingIsLostOrIncomplete() {
        let questions = (0..<3).map { _ in ledger.ask("1", sentences: 20) }
        for question in questions.prefix(2) { ledger.acknowledge(question.number) }
        let whole = answer(ledger, questions[1])
        #expect(ledger.take(String(whole.prefix(whole.count / 2)), for: "1") == [])
        #expect(ledger.unanswered == [0, 1])
        #expect(ledger.incomplete == [1])
        #expect(ledger.open == 3)
    }

    @Test mutating func whatComesTwiceIsRepeatedHoweverItIsCut() {
        let question = ledger.ask("1", sentences: 20)
        let whole = answer(ledger, question)
        ledger.take(whole, for: "1")
        ledger.take("*Again:* " + whole.suffix(200), for: "1")
        #expect(ledger.repeated == [0])
        #expect(ledger.repeatedTexts == 0)
        #expect(ledger.disordered.isEmpty)
        ledger.take(whole, for: "1")
        #expect(ledger.repeatedTexts == 1)
    }

    @Test mutating func partsInTheWrongOrderAreDisordered() {
        let question = ledger.ask("1", sentences: 20)
        let whole = answer(ledger, question).split(separator: "\n\n").map(String.init)
        ledger.take(whole[1], for: "1")
        ledger.take(whole[0], for: "1")
        #expect(ledger.disordered == [0])
        #expect(ledger.unanswered.isEmpty)
    }

    @Test(arguments: [(true, [1]), (false, [])])
    mutating func anAnswerOvertakesOnlyWhatWasAcknowledgedBefore(isAcknowledged: Bool, overtaken: [Int]) {
        let first = ledger.ask("1", sentences: 3)
        if isAcknowledged { ledger.acknowledge(first.number) }
        let second = ledger.ask("1", sentences: 3)
        ledger.acknowledge(second.number)
        ledger.take(answer(ledger, second), for: "1")
        ledger.take(answer(ledger, first), for: "1")
        #expect(ledger.overtaken == overtaken)
    }

    @Test mutating func usersDoNotOvertakeOneAnother() {
        let questions = ["1", "2"].map { user in
            let question = ledger.ask(user, sentences: 3)
            ledger.acknowledge(question.number)
            return (user, question)
        }
        for (user, question) in questions.reversed() { ledger.take(answer(ledger, question), for: user) }
        #expect(ledger.overtaken.isEmpty)
    }

    @Test mutating func anAnswerToSomebodyElseIsMisdirected() {
        let question = ledger.ask("1", sentences: 3)
        ledger.take(answer(ledger, question), for: "2")
        #expect(ledger.misdirected == 1)
    }

    @Test mutating func whoIsToHearNothingHearsNeitherAnswersNorNotices() {
        let question = ledger.ask("1", sentences: 3, wantsAnswer: false)
        ledger.acknowledge(question.number)
        #expect(ledger.open == 0)
        #expect(ledger.unanswered.isEmpty)
        #expect(ledger.isSettled(question.number))
        ledger.take("Sorry, your message is too old.", for: "1")
        ledger.take(answer(ledger, question), for: "1")
        #expect(ledger.unwanted == 2)
    }

    @Test mutating func aNoticeIsNoAnswer() {
        let question = ledger.ask("1", sentences: 3)
        ledger.acknowledge(question.number)
        ledger.take("Sorry, something s1.x went wrong s999.1.", for: "1")
        #expect(ledger.notices.count == 1)
        #expect(ledger.notices.first == "Sorry, something s1.x went wrong s999.1.")
        #expect(ledger.unanswered == [0])
    }
}
