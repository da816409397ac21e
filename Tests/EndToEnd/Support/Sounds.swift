import Audio
import Foundation

/// Sounds to send and what to look for in those that came.
enum Sounds {
  /// A tone.
  static func tone(hertz: Double, seconds: Double, rate: Int = 8000) -> [Int16] {
    (0..<Int(seconds * Double(rate))).map { Int16(8000 * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
  }

  static func isAudible(_ samples: [Int16]) -> Bool { samples.span.isAudible }

  /// How much of the power of `samples` is in a tone, 0 to 1 (Goertzel).
  static func share(of hertz: Double, in samples: [Int16], rate: Int = 8000) -> Double {
    guard !samples.isEmpty else { return 0 }
    let coefficient = 2 * cos(2 * .pi * hertz / Double(rate))
    var (last, before, power) = (0.0, 0.0, 0.0)
    for sample in samples {
      let value = Double(sample)
      power += value * value
      (last, before) = (value + coefficient * last - before, last)
    }
    guard power > 0 else { return 0 }
    let magnitude = last * last + before * before - coefficient * last * before
    return 2 * magnitude / (power * Double(samples.count))
  }

  /// The greatest share of a tone in any fifth of a second.
  static func best(of hertz: Double, in samples: [Int16], rate: Int = 8000) -> Double {
    let size = rate / 5
    return stride(from: 0, to: max(0, samples.count - size), by: size / 2)
      .map { begin in
        let part = Array(samples[begin..<(begin + size)])
        return isAudible(part) ? share(of: hertz, in: part, rate: rate) : 0
      }.max() ?? 0
  }

  /// Seconds of audible sound, in steps of 20 ms.
  static func audibleSeconds(_ samples: [Int16], rate: Int = 8000) -> Double {
    let size = rate / 50
    let frames = stride(from: 0, to: max(0, samples.count - size), by: size)
    return Double(frames.filter { isAudible(Array(samples[$0..<($0 + size)])) }.count) * 0.02
  }

  /// A sentence in flite's voice at 8 kHz, which the embedded recogniser understands well.
  static func speech(_ text: String, scratch: Scratch) async throws -> [Int16] {
    let path = scratch.file("speech-\(SIPPeer.token()).wav")
    let (status, _, errors) = try await ChildProcess.run(
      "flite", ["-voice", "slt", "-t", text, "-o", path], scratch: scratch)
    guard status == 0 else { throw Trouble("flite: \(errors)") }
    let file = try WAVFile(path: path)
    return try Resampler.convert(file.samples, from: file.sampleRate, to: 8000)
  }

  // MARK: Voice notes

  /// Samples at 16 kHz as WhatsApp records them: Ogg with one channel of Opus.
  static func encoded(_ samples: [Int16]) throws -> [UInt8] {
    var writer = try OggOpusWriter(sampleRate: 16_000)
    try writer.write(samples)
    return try writer.finish()
  }

  /// A sentence in flite's voice as a voice note.
  static func voiceNote(_ text: String, scratch: Scratch) async throws -> [UInt8] {
    let speech = try Resampler.convert(try await speech(text, scratch: scratch), from: 8000, to: 16_000)
    let pause = [Int16](repeating: 0, count: 4000)
    return try encoded(pause + speech + pause)
  }

  /// The same with two channels, which WhatsApp never records and may still pass on.
  static func stereoNote(_ text: String, scratch: Scratch) async throws -> [UInt8] {
    let (mono, note) = (scratch.file("mono.wav"), scratch.file("stereo.opus"))
    try WAVWriter.write(try await speech(text, scratch: scratch), sampleRate: 8000, to: mono)
    let wav = scratch.file("stereo.wav")
    for (program, arguments) in [("sox", [mono, "-c", "2", wav]), ("opusenc", ["--quiet", wav, note])] {
      let result = try await ChildProcess.run(program, arguments, scratch: scratch)
      guard result.status == 0 else { throw Trouble("\(program): \(result.errors)") }
    }
    guard let bytes = FileManager.default.contents(atPath: note) else { throw Trouble("opusenc wrote nothing") }
    return Array(bytes)
  }

  /// Where the page of this number, from 0, begins in an Ogg file.
  static func pageStart(_ number: Int, in bytes: [UInt8]) -> Int? {
    let capture = Array("OggS".utf8)
    let starts = bytes.indices.filter { bytes[$0...].starts(with: capture) }
    return starts.indices.contains(number) ? starts[number] : nil
  }

  /// Seconds of audible sound in an Ogg Opus file.
  static func audibleSeconds(inOgg bytes: [UInt8]) throws -> Double {
    var reader = try OggOpusReader(bytes, sampleRate: 8000)
    var samples: [Int16] = []
    while true {
      let piece = try reader.read(atMost: 8000)
      guard !piece.isEmpty else { break }
      samples += piece
    }
    return audibleSeconds(samples)
  }
}
