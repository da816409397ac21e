import CAllocCount
import CCallgrind
import Dispatch
import Glibc

/// Something that is done again and again, whose cost has a bound in `budgets.txt`.
struct BudgetCase: Sendable {
  enum Work {
    case plain(() -> Void)
    /// Makes `count` of something and gives it back, so that it lives while its bytes are counted.
    case held(count: Int, () throws -> AnyObject)
  }

  let name: String
  /// How often it is done while it is measured.
  let runs: Int
  /// Whether other threads take part. Callgrind counts those only at a program's end, so that such a case needs a process
  /// of its own.
  let isThreaded: Bool
  private let prepare: @Sendable () throws -> Work

  /// A case whose `prepare` does what is not measured, and gives what is.
  init(_ name: String, runs: Int = 100, isThreaded: Bool = false, _ prepare: @escaping @Sendable () throws -> Work) {
    self.name = name
    self.runs = runs
    self.isThreaded = isThreaded
    self.prepare = prepare
  }

  /// Does it, and prints what one time costs in allocations or bytes; under valgrind, leaves a file with instructions.
  func measure() throws {
    switch try prepare() {
    case .plain(let body):
      let label = "\(runs) \(name)"
      // What is loaded or grown once is none of its cost.
      for _ in 0..<runs { body() }
      let before = alloc_count_of_all_threads()
      callgrind_begin()
      for _ in 0..<runs { body() }
      let after = alloc_count_of_all_threads()
      callgrind_end(label)
      report("allocations", Double(after - before) / Double(runs))
    case .held(let count, let make):
      try withExtendedLifetime(make()) {}
      let before = alloc_bytes_in_use()
      let held = try make()
      let after = alloc_bytes_in_use()
      withExtendedLifetime(held) {}
      report("bytes", Double(after - min(before, after)) / Double(count))
    }
  }

  /// Does it as the last thing that this process does, so that callgrind tells what all threads did for it.
  func measureAndExit() throws {
    guard case .plain(let body) = try prepare() else { return }
    for _ in 0..<runs { body() }
    callgrind_begin()
    for _ in 0..<runs { body() }
    _exit(0)
  }

  private func report(_ unit: String, _ value: Double) {
    if callgrind_is_running() == 0 { print("\(unit)\t\(value)\t\(name)") }
  }
}

/// Waits for `body`. An asynchronous `main` would not do: it parks its thread in a way that valgrind does not survive.
func finish(_ body: @escaping @Sendable () async throws -> Void) {
  let done = DispatchSemaphore(value: 0)
  Task {
    do { try await body() } catch { fatalError("\(error)") }
    done.signal()
  }
  done.wait()
}

/// Keeps what a case makes alive.
final class Held<Value>: AnyObject {
  let value: Value

  init(_ value: Value) { self.value = value }
}
