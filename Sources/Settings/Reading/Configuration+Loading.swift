import Glibc
import RTPEngine

extension Configuration {
  /// The configuration in `path`, or the built-in one without a path. Throws every mistake at once.
  package static func load(path: String?) throws(ConfigurationError) -> Configuration {
    guard let path else { return .default }
    guard let text = contents(of: path) else {
      throw ConfigurationError(mistakes: [
        ConfigurationMistake(
          file: path, line: 0, key: "", message: "can't be read: \(String(cString: strerror(errno)))")
      ])
    }
    return try read(
      text, file: path, environment: environment, ephemeralPorts: ephemeralPorts,
      account: SystemAccount.named, contents: contents(of:))
  }

  /// The ports that the kernel gives to sockets which ask for none in particular.
  private static var ephemeralPorts: ClosedRange<Int>? {
    kernelEphemeralRange().map { Int($0.lowerBound)...Int($0.upperBound) }
  }

  private static var environment: [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let variable = entry.pointee {
      let parts = String(cString: variable).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return result
  }

  /// A text file of at most 16 MB.
  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < 16 << 20 {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { return String(validating: bytes, as: UTF8.self) }
      bytes += buffer[0..<count]
    }
    return nil
  }
}
