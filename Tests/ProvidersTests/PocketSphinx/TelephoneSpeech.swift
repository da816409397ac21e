import Audio
import Glibc

@testable import Providers
@testable import VoicePipeline

/// Sentences spoken by flite as a telephone delivers them: 300 to 3400 Hz, through mu-law, at 8 kHz.
enum TelephoneSpeech {
  /// A test that needs flite or sox can't do without.
  struct MissingProgram: Error, CustomStringConvertible {
    var description: String
  }

  /// The sentence as frames of 20 ms between half a second of silence, marked as speech where it is loud.
  static func frames(_ sentence: String, voice: String = "slt") async throws -> [AudioFrame] {
    let narrow = try await spoken(
      sentence, voice: voice, as: ["-r", "8000", "-e", "mu-law", "-b", "8", "-", "sinc", "300-3400"])
    return frames(of: narrow.map { G711.decode($0, law: .mulaw) })
  }

  static func frames(of samples: [Int16], rate: Int = 8000) -> [AudioFrame] {
    let silence = [Int16](repeating: 0, count: rate / 2)
    let all = silence + samples + silence
    let size = rate / 50
    var hangover = 0
    let now = ContinuousClock.now
    return stride(from: 0, to: all.count - size, by: size).map { start in
      let part = Array(all[start..<start + size])
      let mean = part.reduce(0) { $0 + abs(Int($1)) } / size
      hangover = mean > 150 ? 5 : hangover - 1
      return AudioFrame(samples: part, sampleRate: rate, arrival: now, isSpeech: hangover > 0)
    }
  }

  /// What sox makes of flite's voice, as raw bytes. Waits for the programs on a thread of its own: the tests beside it
  /// need theirs.
  static func spoken(_ sentence: String, voice: String = "slt", as format: [String]) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      let isStarted = runOnThread {
        continuation.resume(with: Result { try speak(sentence, voice: voice, as: format) })
      }
      if !isStarted { continuation.resume(throwing: MissingProgram(description: "the system has no thread left")) }
    }
  }

  private static func speak(_ sentence: String, voice: String, as format: [String]) throws -> [UInt8] {
    var template = Array("/tmp/assist-speech-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw MissingProgram(description: "no temporary file: \(errno)") }
    close(descriptor)
    let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    _ = try run("flite", ["-voice", voice, "-t", sentence, "-o", path])
    let bytes = try run("sox", ["-t", "wav", path, "-t", "raw"] + format)
    guard !bytes.isEmpty else { throw MissingProgram(description: "sox wrote nothing; apt-get install flite sox") }
    return bytes
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> [UInt8] {
    let child: ChildProcess
    do {
      child = try ChildProcess(path: "/usr/bin/" + program, arguments: arguments)
    } catch {
      throw MissingProgram(description: "\(program): \(error); apt-get install \(program)")
    }
    child.writeAndClose([])
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = child.read(into: &buffer), count > 0 { output += buffer[0..<count] }
    child.reap()
    return output
  }
}

extension SpeechRecognition {
  /// Sends all frames, then asks for the words; returns them with what came before.
  func recognize(_ frames: [AudioFrame]) async -> (partials: [String], text: String?, confidence: Double?) {
    for frame in frames { send(frame) }
    finishUtterance()
    var partials: [String] = []
    for await event in events {
      switch event {
      case .partial(let text): partials.append(text)
      case .final(let text, let confidence): return (partials, text, confidence)
      case .endOfTurn: break
      case .failed: return (partials, nil, nil)
      }
    }
    return (partials, nil, nil)
  }
}
