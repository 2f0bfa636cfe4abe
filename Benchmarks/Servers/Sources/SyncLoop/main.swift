// What the disk allows: appends as many bytes as a journal's record has, syncs, and prints the times in microseconds.
//
//     sync-loop FILE SECONDS
import Glibc

let bytes = [UInt8](repeating: 0x61, count: 200)
let file = open(CommandLine.arguments[1], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
guard file >= 0, let seconds = Double(CommandLine.arguments[2]) else { fatalError("usage: sync-loop FILE SECONDS") }

let clock = ContinuousClock()
let end = clock.now + .seconds(seconds)
while clock.now < end {
    let time = clock.measure {
        guard write(file, bytes, bytes.count) == bytes.count, fdatasync(file) == 0 else { fatalError("the disk fails") }
    }
    print(time.components.attoseconds / 1_000_000_000_000)
}
