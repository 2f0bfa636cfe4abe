internal import WhatsAppCore

// For programs. The keys are told in Docs/Load.md. Times are in milliseconds, rates a second, memory in bytes.
extension LoadReport {
    /// The whole as one JSON object.
    package var json: [UInt8] {
        JSONWriter.object { root in
            root.object("load") { write(plan, into: &$0) }
            root.object("figures") { Self.write(figures, into: &$0) }
            root.object("truth") { Self.write(truth, into: &$0) }
            if let server { root.object("server") { Self.write(server, into: &$0) } }
            if let generator {
                root.object("generator") {
                    Self.write(generator, into: &$0)
                    $0.add("client", client)
                    $0.add("is_the_limit", figures.isLimitedByGenerator)
                }
            }
            if let highestRate {
                root.object("search") { search in
                    search.number("p99_limit_ms", highestRate.limit.inMilliseconds)
                    search.number("highest_rate", highestRate.rate)
                    search.array("rounds") { array in
                        for round in rounds {
                            array.object {
                                $0.number("rate", round.rate)
                                $0.add("is_borne", round.isBorne)
                                Self.write(round.figures, into: &$0)
                            }
                        }
                    }
                }
            }
            root.array("failures") { array in
                for failure in failures { array.object { $0.add("message", failure) } }
            }
        } + [UInt8(ascii: "\n")]
    }

    private func write(_ plan: LoadPlan, into json: inout JSONWriter) {
        switch plan.pace {
        case .answered: json.add("pace", "answered")
        case .acknowledged(let connections):
            json.add("pace", "acknowledged")
            json.add("connections", Int64(connections))
        case .rate(let rate):
            json.add("pace", "rate")
            json.number("rate", figures.wantedRate ?? rate)
        case .burst: json.add("pace", "burst")
        }
        json.add("users", Int64(plan.users))
        json.add("batch", Int64(plan.batch))
        json.number("duplicates", plan.duplicates)
        json.add("reorder", plan.isReordered)
        json.add("long_answers", plan.hasLongAnswers)
        json.add("replay_week", plan.isReplay)
        json.add("seed", String(plan.seed))
    }

    private static func write(_ figures: LoadFigures, into json: inout JSONWriter) {
        json.add("questions", Int64(figures.questions))
        json.add("acknowledged", Int64(figures.acknowledged.count))
        json.number("acknowledged_per_s", figures.acknowledgedRate)
        json.add("answered", Int64(figures.answered.count))
        json.number("answered_per_s", figures.answeredRate)
        json.add("texts", Int64(figures.texts))
        json.number("asking_ms", figures.asking.inMilliseconds)
        json.number("answering_ms", figures.answering.inMilliseconds)
        for (name, attempts) in [("attempts", figures.attempts), ("status_attempts", figures.statusAttempts)] {
            json.object(name) {
                for (status, count) in attempts.sorted(by: { $0.key < $1.key }) {
                    $0.add(status == 0 ? "no_answer" : String(status), Int64(count))
                }
            }
        }
        for (name, histogram) in [
            ("time_to_200_ms", figures.acknowledged), ("time_to_answer_ms", figures.answered),
            ("status_200_ms", figures.statuses), ("begun_late_ms", figures.lag),
        ] where histogram.count > 0 {
            json.object(name) {
                $0.number("min", histogram.shortest.inMilliseconds)
                for (name, share) in shares { $0.number(name, histogram.percentile(share)?.inMilliseconds) }
                $0.number("max", histogram.longest.inMilliseconds)
            }
        }
    }

    private static func write(_ truth: LoadTruth, into json: inout JSONWriter) {
        for (name, count) in [
            ("asked", truth.asked), ("lost", truth.lost), ("incomplete", truth.incomplete), ("twice", truth.twice),
            ("parts_out_of_order", truth.partsOutOfOrder), ("answers_out_of_order", truth.answersOutOfOrder),
            ("misdirected", truth.misdirected), ("unwanted", truth.unwanted),
            ("unacknowledged", truth.unacknowledged), ("excused_repeats", truth.excusedRepeats),
            ("notices", truth.notices), ("calls", truth.calls),
        ] { json.add(name, Int64(count)) }
        json.object("refused") {
            for (what, count) in truth.refused.sorted(by: { $0.key < $1.key }) { $0.add(what, Int64(count)) }
        }
        json.add("kept", truth.violations.isEmpty)
    }

    private static func write(_ usage: ProcessUsage, into json: inout JSONWriter) {
        json.number("processor_ms", usage.processor.inMilliseconds)
        json.add("memory_bytes", Int64(usage.memory))
        json.add("peak_memory_bytes", Int64(usage.peakMemory))
    }
}

extension JSONWriter {
    /// Adds a number with three places; `nil` as `null`.
    fileprivate mutating func number(_ name: String, _ value: Double?) {
        guard let value else { return addNull(name) }
        raw(name, Array(Figure.decimal(value, places: 3).utf8))
    }
}
