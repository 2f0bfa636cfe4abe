import Testing
import WhatsAppCore

@testable import WhatsAppTesting

@Suite(.timeLimit(.minutes(1))) struct SimulatorFeedTests {
    private func texts(_ entries: ArraySlice<SimulatorFeed.Entry>?) -> [String] {
        (entries ?? []).map { String(decoding: $0.json, as: UTF8.self) }
    }

    private let feed = SimulatorFeed(limit: 3, clock: HeldClock(now: UnixTime(seconds: 1)))

    @Test func anEntryIsDatedAndOneLine() async {
        feed.append("note") { $0.add("text", "a\nb") }
        var reader = feed.read(from: 0).makeAsyncIterator()
        #expect(texts(await reader.next()) == [#"{"type":"note","time":1000,"text":"a\nb"}"#])
    }

    @Test func whoComesLateReadsWhatIsKept() async {
        for number in 0..<5 { feed.append("n\(number)") }
        var late = feed.read(from: 0).makeAsyncIterator()
        #expect(await late.next()?.map(\.number) == [2, 3, 4])
        var back = feed.read(from: 4).makeAsyncIterator()
        #expect(await back.next()?.map(\.number) == [4])
    }

    @Test func whoIsThereWaitsForTheNext() async {
        feed.append("first")
        var reader = feed.read(from: 0).makeAsyncIterator()
        #expect(await reader.next()?.map(\.number) == [0])
        async let next = reader.next()
        feed.append("second")
        #expect(await next?.map(\.number) == [1])
    }

    @Test func aReaderWhoIsCancelledIsForgotten() async {
        let feed = feed
        let reading = Task { for await _ in feed.read(from: 0) {} }
        while feed.readers == 0 { await Task.yield() }
        reading.cancel()
        await reading.value
        #expect(feed.readers == 0)
    }
}
