#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The entry that `FUZZ_TARGET` names. libFuzzer brings its own `main`.
private let target: Target = {
    guard let name = getenv("FUZZ_TARGET"), let target = Target(rawValue: String(cString: name)) else {
        fatalError("FUZZ_TARGET has to be one of \(Target.allCases.map(\.rawValue))")
    }
    return target
}()

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let violations = target.violations(FuzzInput(Array(UnsafeBufferPointer(start: start, count: count))))
    if !violations.isEmpty { fatalError(violations.joined(separator: "\n")) }
    return 0
}
