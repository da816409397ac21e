import Audio
import Coordination
import Foundation

/// A program that a test runs. Its output goes to files, so that nobody has to keep reading; it dies with its owner, and
/// with the test run.
final class ChildProcess {
  let pid: pid_t
  private let outputPath: String
  private let errorPath: String
  private var status: Int32?

  /// Starts `program`: a path, or a name to look up.
  init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], directory: String? = nil,
    as account: Account = .own, scratch: Scratch
  ) throws {
    guard let path = Self.find(program) else { throw Trouble("the program \(program) is missing: run scripts/setup") }
    guard let guardian = Self.find("setpriv") else { throw Trouble("setpriv is missing: run scripts/setup") }
    let id = UUID().uuidString.prefix(8)
    outputPath = scratch.file("out-\(id)")
    errorPath = scratch.file("err-\(id)")
    var words = [guardian, "--pdeathsig", "KILL"] + account.setprivOptions
    if let directory, let env = Self.find("env") { words += [env, "-C", directory] }
    words += [path] + arguments
    var variables = ProcessInfo.processInfo.environment
    variables.merge(environment) { $1 }
    pid = try Spawner.shared.spawn(words, variables.map { "\($0.key)=\($0.value)" }, outputPath, errorPath)
  }

  deinit { end() }

  /// What it has written to standard output so far.
  var output: String { Self.text(of: outputPath) }
  /// What it has written to standard error so far.
  var errors: String { Self.text(of: errorPath) }

  /// The exit status, or 128 and the number of the signal that ended it; nil while it runs.
  func exitStatus() -> Int32? {
    if let status { return status }
    var word: Int32 = 0
    guard waitpid(pid, &word, WNOHANG) == pid else { return nil }
    status = word & 0x7F == 0 ? (word >> 8) & 0xFF : 128 + (word & 0x7F)
    return status
  }

  /// Waits until it has ended.
  func waitForExit(within limit: Duration = .seconds(20)) async throws -> Int32 {
    do {
      return try await eventually("the end of process \(pid)", within: limit) { exitStatus() }
    } catch let trouble as Trouble {
      throw Trouble("\(trouble)\n\(output.suffix(2000))\n\(errors.suffix(4000))")
    }
  }

  func signal(_ number: Int32) {
    if exitStatus() == nil { kill(pid, number) }
  }

  /// Ends it at once if it still runs.
  func end() {
    guard exitStatus() == nil else { return }
    kill(pid, SIGKILL)
    var word: Int32 = 0
    waitpid(pid, &word, 0)
    status = 128 + SIGKILL
  }

  /// Runs a program to its end.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], directory: String? = nil,
    within limit: Duration = .seconds(20), scratch: Scratch
  ) async throws -> (status: Int32, output: String, errors: String) {
    let child = try ChildProcess(
      program, arguments, environment: environment, directory: directory, scratch: scratch)
    let status = try await child.waitForExit(within: limit)
    return (status, child.output, child.errors)
  }

  private static func text(of path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  static func find(_ program: String) -> String? {
    if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}

/// One thread that starts all programs and lives as long as the test run: what it started is ended by the kernel when it
/// goes (`setpriv --pdeathsig` minds the thread, not the process).
private final class Spawner: Sendable {
  private struct Job {
    var words: [String]
    var variables: [String]
    var output: String
    var errors: String
    var answer: @Sendable (pid_t, Int32) -> Void
  }

  static let shared = Spawner()
  private let jobs = Locked<[Job]>([])
  private let wake = DispatchSemaphore(value: 0)

  private init() {
    Thread.detachNewThread { [self] in
      while true {
        wake.wait()
        guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
        var child: pid_t = 0
        let problem = Self.start(job, &child)
        job.answer(child, problem)
      }
    }
  }

  func spawn(_ words: [String], _ variables: [String], _ output: String, _ errors: String) throws -> pid_t {
    let result = Locked<(pid_t, Int32)>((0, 0))
    let done = DispatchSemaphore(value: 0)
    let job = Job(words: words, variables: variables, output: output, errors: errors) { child, problem in
      result.withLock { $0 = (child, problem) }
      done.signal()
    }
    jobs.withLock { $0.append(job) }
    wake.signal()
    done.wait()
    let (child, problem) = result.withLock { $0 }
    guard problem == 0 else { throw Trouble("\(words) can't be started: \(String(cString: strerror(problem)))") }
    return child
  }

  private static func start(_ job: Job, _ child: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, job.output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, job.errors, flags, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = job.words.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = job.variables.map { strdup($0) } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    guard let program = job.words.first else { return EINVAL }
    return posix_spawn(&child, program, &actions, nil, &words, &variables)
  }
}
