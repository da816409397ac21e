import FuzzTargets
import Glibc

// What libFuzzer calls. One program for all targets: FUZZ_TARGET names the one to run.

private let target: FuzzTarget = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    print("FUZZ_TARGET names none of: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
    exit(2)
  }
  return target
}()

/// Runs the target on one input. Aborts on a finding, as a trap would.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do throws(Finding) {
    try target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    print("FINDING \(target.name): \(error)")
    fflush(nil)
    abort()
  }
  return 0
}
