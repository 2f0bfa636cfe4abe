import Testing
import WhatsAppTesting

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A shell plays the server.
@Suite(.timeLimit(.minutes(1))) struct ServerProcessTests {
    private let lines = Recorder<String>()
    private let ends = Recorder<String>()
    private let sink: LineSink

    init() throws {
        let lines = lines
        sink = try #require(LineSink { lines.append($0) })
    }

    private func server(_ script: String, settings: [String: String] = [:]) -> ServerProcess {
        let ends = ends
        return ServerProcess(
            binary: "/bin/sh", arguments: ["-c", script], directory: "/", settings: settings, log: sink.descriptor
        ) { ends.append($0) }
    }

    @Test func itHasItsSettingsAndItsDirectoryAndNothingElseOfOurs() async throws {
        setenv("OF_OURS", "secret", 1)
        let server = server(#"echo "$PORT $PWD $DATA_DIRECTORY <$OF_OURS>" >&2"#, settings: ["PORT": "7"])
        try server.start()
        #expect(await lines.wait { !$0.isEmpty } == ["7 / //data <>"])
    }

    @Test func itsEndIsToldBeforeItsKillerGoesOn() async throws {
        let server = server("echo up >&2; read line")
        for life in 1...3 {
            try server.start()
            await lines.wait { $0.count == life }
            server.kill()
            #expect(ends.elements == Array(repeating: "signal 9", count: life))
        }
        server.kill()
        #expect(ends.elements.count == 3)
    }

    @Test func whoIsAskedToStopSaysHow() async throws {
        let server = server("trap 'exit 3' TERM; echo up >&2; while :; do read line || exit 4; done")
        try server.start()
        await lines.wait { !$0.isEmpty }
        #expect(server.stop() == 3)
        #expect(ends.elements == ["exit code 3"])
    }

    @Test func aProgramThatIsNotThereEndsAtOnce() async throws {
        let ends = ends
        let server = ServerProcess(
            binary: "/nowhere/server", directory: "/", settings: [:], log: sink.descriptor
        ) { ends.append($0) }
        try server.start()
        #expect(await ends.wait { !$0.isEmpty } == ["exit code 127"])
    }

    @Test func linesAreToldWholeHoweverTheyAreCut() async {
        for piece in ["a", "b\nc", "\n", "\nd"] { _ = write(sink.descriptor, piece, piece.utf8.count) }
        #expect(await lines.wait { $0.count == 3 } == ["ab", "c", ""])
        sink.close()
    }
}
