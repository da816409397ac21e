public import Glibc

/// A server as a process of its own, on one core if wanted.
public final class ServerProcess {
  /// Its process id.
  public let id: pid_t
  /// Where it listens, as its `ready` line says.
  public let port: UInt16
  /// Where it listens for SIP.
  public var sipPort: UInt16 { port }

  /// Starts `program serve --config configuration` and waits for its `ready` line. `core` pins it with taskset.
  public convenience init?(program: String, configuration: String, core: Int?, log: String) {
    self.init(command: [program, "serve", "--config", configuration], ready: "sip=", core: core, log: log)
  }

  /// Starts `command` and waits for its `ready` line, whose word that begins with `ready` has the port.
  public init?(command: [String], ready: String, core: Int?, log: String) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    var arguments = core.map { ["taskset", "--cpu-list", "\($0)"] } ?? []
    arguments += command
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    defer { posix_spawn_file_actions_destroy(&actions) }
    var child: pid_t = 0
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    guard posix_spawnp(&child, arguments[0], &actions, nil, &pointers, environ) == 0 else { return nil }
    close(ends[1])
    id = child
    var line: [UInt8] = []
    var octet: UInt8 = 0
    var found: UInt16?
    while read(ends[0], &octet, 1) == 1 {
      guard octet == UInt8(ascii: "\n") else {
        line.append(octet)
        continue
      }
      let text = String(decoding: line, as: UTF8.self)
      line.removeAll()
      if text.hasPrefix("ready"), let address = text.split(separator: " ").first(where: { $0.hasPrefix(ready) }),
        let port = address.split(separator: ",")[0].split(separator: ":").last.flatMap({ UInt16($0) })
      {
        found = port
        break
      }
    }
    guard let found else {
      kill(child, SIGTERM)
      return nil
    }
    port = found
  }

  /// Seconds of processor time used so far, of all its threads.
  public var processorSeconds: Double {
    guard let file = fopen("/proc/\(id)/stat", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 2048)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Ends it and waits until it has gone.
  public func stop() {
    kill(id, SIGTERM)
    var status: Int32 = 0
    for _ in 0..<100 {
      if waitpid(id, &status, WNOHANG) == id { return }
      usleep(100_000)
    }
    kill(id, SIGKILL)
    waitpid(id, &status, 0)
  }
}
