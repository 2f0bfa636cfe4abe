import Foundation
import Testing
import WhatsAppCore
import WhatsAppTesting

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct LoadReportTests {
    /// A round of a thousand questions, a millisecond to two seconds each.
    private func report(_ change: (inout LoadReport) -> Void = { _ in }) -> LoadReport {
        var figures = LoadFigures()
        for time in 1...1000 {
            figures.acknowledged.record(.microseconds(time * 10))
            figures.answered.record(.milliseconds(time * 2))
            figures.lag.record(.microseconds(20))
        }
        (figures.questions, figures.texts) = (1000, 1000)
        figures.attempts = [200: 1000, 503: 12, 0: 3]
        (figures.asking, figures.answering) = (.seconds(2), .seconds(4))
        var truth = LoadTruth()
        truth.asked = 1000
        var report = LoadReport(plan: LoadPlan(), figures: figures, truth: truth, client: "a client")
        change(&report)
        return report
    }

    private func line(_ report: LoadReport, _ name: String) -> String {
        String(report.text.split(separator: "\n").first { $0.hasPrefix(name) } ?? "")
    }

    @Test func theTextTellsWhatWasMeasured() {
        let report = report()
        #expect(report.text.hasPrefix("1,000 questions of 1,000 users, each asked when the last was answered\n"))
        #expect(
            line(report, "deliveries").hasSuffix(
                "1,000 answered with 200 in 2.00 s, 500/s; tried again: 3 without an answer, 12 answered with 503"))
        #expect(line(report, "answers").hasSuffix("1,000 complete in 4.00 s, 250/s; 1,000 texts"))
        let times = line(report, "time to the 200").dropFirst(20).split(separator: " ").joined(separator: " ")
        #expect(times == "5.01 ms 9.04 ms 9.96 ms 10.0 ms 10.0 ms")
        #expect(line(report, "truth").hasSuffix("every question was answered once, in order, complete (1,000 asked)"))
        #expect(report.failures.isEmpty)
    }

    @Test func theBarsHoldEveryDelivery() {
        let bars = report().text.split(separator: "\n").filter { $0.contains("│") }
        let counts = bars.compactMap { Int($0.split(separator: " ").last?.filter { $0 != "," } ?? "") }
        #expect(counts.reduce(0, +) == 2000)
    }

    private typealias Change = @Sendable (inout LoadReport) -> Void
    private static let failures: [(Change, String)] = [
        ({ $0.truth.lost = 2 }, "2 acknowledged and never answered"),
        ({ $0.truth.incomplete = 1 }, "1 answered in part"),
        ({ $0.truth.twice = 1 }, "1 answered twice"), ({ $0.truth.partsOutOfOrder = 1 }, "1 with parts out of order"),
        ({ $0.truth.answersOutOfOrder = 1 }, "1 answered before an earlier one of the same user"),
        ({ $0.truth.misdirected = 1 }, "1 texts to the wrong user"),
        ({ $0.truth.unwanted = 1 }, "1 texts to users who were to hear nothing"),
        ({ $0.truth.unacknowledged = 1 }, "1 deliveries never answered with 200"),
        ({ $0.truth.refused = ["POST /x: 401": 4] }, "4 requests refused: POST /x: 401"),
        ({ $0.truth.asked = 0 }, "nothing was asked"),
        ({ $0.longestP99 = .milliseconds(5) }, "the p99 of the 200 is 9.96 ms, more than 5.00 ms"),
        ({ $0.highestRate = (nil, .milliseconds(5)) }, "no rate keeps the p99 of the 200 under 5.00 ms"),
    ]

    @Test(arguments: failures)
    private func whatIsNotAsPromisedFails(change: Change, message: String) {
        let report = report(change)
        #expect(report.failures == [message])
        #expect(line(report, "failed").hasSuffix(message))
    }

    @Test func aLimitThatIsKeptIsNoFailure() {
        #expect(report { $0.longestP99 = .milliseconds(10) }.failures.isEmpty)
        #expect(report { $0.highestRate = (300, .milliseconds(5)) }.failures.isEmpty)
    }

    @Test(arguments: [(20, false), (900, false), (6000, true)]) func whoIsLateIsToBlame(
        microseconds: Int, isLimit: Bool
    ) {
        let report = report { report in
            for _ in 0..<1000 { report.figures.lag.record(.microseconds(microseconds)) }
        }
        #expect(report.figures.isLimitedByGenerator == isLimit)
        #expect(report.text.contains("Requests began late") == isLimit)
    }

    @Test func theJSONHoldsTheSame() throws {
        let report = report {
            $0.truth.refused = ["GET /a\"b: 404": 1]
            $0.highestRate = (123.456, .milliseconds(5))
            $0.rounds = [.init(rate: 64, figures: $0.figures, isBorne: true)]
        }
        let json = try JSONDocument(report.json).root
        #expect(json["figures"]?["acknowledged"]?.integer == 1000)
        #expect(json["figures"]?["attempts"]?["503"]?.integer == 12)
        #expect(json["figures"]?["attempts"]?["no_answer"]?.integer == 3)
        #expect(json["figures"]?["time_to_200_ms"]?["p99.9"] != nil)
        #expect(json["truth"]?["refused"]?["GET /a\"b: 404"]?.integer == 1)
        #expect(json["search"]?["rounds"]?.elements.first?["figures"] == nil)
        #expect(json["search"]?["rounds"]?.elements.first?["is_borne"] != nil)
        #expect(json["failures"]?.elements.count == 1)
        #expect(String(decoding: report.json, as: UTF8.self).contains("\"highest_rate\":123.456"))
    }

    @Test(arguments: [true, false]) func thePictureIsWellFormed(hasAnswers: Bool) {
        let report = report { if !hasAnswers { $0.figures.answered = LatencyHistogram() } }
        let reader = Reader()
        let parser = XMLParser(data: .init(report.svg.utf8))
        parser.delegate = reader
        #expect(parser.parse())
        #expect(reader.names["svg"] == 1)
        #expect(reader.names["rect", default: 0] > 20)
        #expect(report.svg.contains("prefers-color-scheme: dark"))
        for name in ["p50", "p90", "p99", "p99.9", "longest"] {
            #expect(report.svg.components(separatedBy: ">\(name) ").count == (hasAnswers ? 3 : 2))
        }
        #expect(!report.svg.contains("nan") && !report.svg.contains("inf"))
    }

    /// One time is a picture, too, and none.
    @Test(arguments: [[], [Duration.milliseconds(3)], [.zero], [.nanoseconds(1), .seconds(4000)]])
    func anyTimesMakeAPicture(times: [Duration]) {
        let report = report {
            $0.figures = LoadFigures()
            for time in times { $0.figures.acknowledged.record(time) }
        }
        #expect(XMLParser(data: .init(report.svg.utf8)).parse())
        #expect(!report.text.isEmpty)
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var names: [String: Int] = [:]

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) { names[name, default: 0] += 1 }
    }
}
