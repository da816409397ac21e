import Audio
import Glibc

/// The lines of the demo as sound: flite's voices, which the embedded recogniser understands well.
struct DemoVoices: Sendable {
  private var lines: [String: [Int16]] = [:]
  /// Samples a second.
  let rate: Int

  /// Speaks all lines of `script` at `rate` Hz. Throws when flite is missing.
  init(script: DemoScript, rate: Int) throws {
    self.rate = rate
    for text in [
      script.question, script.interruption, script.account, script.request, script.toPerson, script.chatVoice,
    ] {
      lines[text] = try Self.speak(text, voice: "slt", rate: rate)
    }
    lines[script.person] = try Self.speak(script.person, voice: "rms", rate: rate)
  }

  /// The sound of a line; empty for one that is not in the script.
  subscript(text: String) -> [Int16] { lines[text] ?? [] }

  private static func speak(_ text: String, voice: String, rate: Int) throws -> [Int16] {
    var template = Array("/tmp/assist-demo-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw CommandFailure("no temporary file can be made in /tmp") }
    close(descriptor)
    let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    let arguments = ["flite", "-voice", voice, "-t", text, "-o", path]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var child: pid_t = 0
    var status: Int32 = 0
    guard posix_spawnp(&child, "flite", nil, nil, &pointers, environ) == 0, waitpid(child, &status, 0) == child,
      status == 0
    else { throw CommandFailure("the program flite, the caller's voice, is missing: apt-get install flite") }
    let file = try WAVFile(path: path)
    return try Resampler.convert(file.samples, from: file.sampleRate, to: rate)
  }
}
