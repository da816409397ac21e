import Audio
import Foundation

/// Speech in telephone quality, with the times at which it really sounds.
struct SpeechCorpus: Sendable {
  struct Recording: Sendable {
    var name: String
    /// 8 kHz, 300 to 3400 Hz, each sentence surrounded by silence; the louder frames lie at −20 dBFS.
    var samples: [Double]
    /// For each 20 ms: whether the clean speech lies within 25 dB of its louder frames.
    var isSpeech: [Bool]
    /// First and last frame of each stretch of speech, where pauses under 200 ms belong to it.
    var stretches: [ClosedRange<Int>]
  }

  var recordings: [Recording]

  static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/flite")

  /// Three voices of flite, and the recordings that come with PocketSphinx where they are installed.
  static let shared: SpeechCorpus = {
    let sentences = [
      "Hello, I would like to check my account balance please.",
      "Yes. No, not that one. Could you put me through to a person?",
      "My number is five five seven, three one, oh nine. When are you open on Saturday?",
      "Six sharp fishes sat on the shelf. That is fine, thank you, goodbye.",
    ]
    var recordings: [Recording] = []
    for voice in ["slt", "rms", "awb"] {
      for (number, sentence) in sentences.enumerated() {
        guard let speech = spoken(sentence, voice: voice) else { continue }
        recordings.append(recording("\(voice)-\(number)", speech))
      }
    }
    let data = "/usr/share/pocketsphinx/test/data/"
    for name in ["goforward", "numbers", "something"] {
      guard let bytes = FileManager.default.contents(atPath: data + name + ".raw") else { continue }
      let samples = stride(from: 0, to: bytes.count - 1, by: 2).map {
        Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
      }
      guard let narrow = try? Resampler.convert(samples, from: 16000, to: 8000) else { continue }
      recordings.append(recording(name, narrow, isReal: true))
    }
    for name in ["0870", "0880", "0890"] {
      let path = data + "librivox/sense_and_sensibility_01_austen_64kb-\(name).wav"
      guard let file = try? WAVFile(path: path),
        let narrow = try? Resampler.convert(file.samples, from: file.sampleRate, to: 8000)
      else { continue }
      recordings.append(recording("librivox-\(name)", narrow, isReal: true))
    }
    return SpeechCorpus(recordings: recordings)
  }()

  /// The voices alone, to make a babble of.
  var voices: [[Double]] { recordings.map(\.samples) }

  private static func spoken(_ text: String, voice: String) -> [Int16]? {
    let path = NSTemporaryDirectory() + "audiotests-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/flite")
    process.arguments = ["-voice", voice, "-t", text, "-o", path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    guard process.terminationStatus == 0, let file = try? WAVFile(path: path) else { return nil }
    return try? Resampler.convert(file.samples, from: file.sampleRate, to: 8000)
  }

  private static func recording(_ name: String, _ speech: [Int16], isReal: Bool = false) -> Recording {
    let lead = [Double](repeating: 0, count: 8000)
    let tail = [Double](repeating: 0, count: 8000)
    var samples = TelephoneBand.filtered(lead + speech.map(Double.init) + tail)
    let frames = samples.count / 160
    func level(_ frame: Int) -> Double {
      let power = samples[frame * 160..<frame * 160 + 160].reduce(0) { $0 + $1 * $1 } / 160
      return Decibels(power: power / (32768 * 32768)).rawValue
    }
    var levels = (0..<frames).map(level)
    let loud = levels.sorted()[frames * 19 / 20]
    let gain = Decibels(-20 - loud)
    for index in samples.indices { samples[index] *= gain.amplitude }
    levels = levels.map { $0 + gain.rawValue }
    let isSpeech = levels.map { $0 > -45 }
    var stretches: [ClosedRange<Int>] = []
    for frame in 0..<frames where isSpeech[frame] {
      if let last = stretches.last, frame - last.upperBound <= 10 {
        stretches[stretches.count - 1] = last.lowerBound...frame
      } else {
        stretches.append(frame...frame)
      }
    }
    return Recording(name: name, samples: samples, isSpeech: isSpeech, stretches: stretches.filter { $0.count >= 5 })
  }
}

extension SpeechCorpus.Recording {
  /// The recording with noise under it, `ratio` under the mean power of its speech frames; and that noise.
  func mixed(
    with noise: Noise?, ratio: Decibels, seed: UInt64, voices: [[Double]]
  ) -> (samples: [Int16], noise: [Double]?) {
    guard let noise else { return (linear(samples), nil) }
    var power = 0.0
    var count = 0
    for (frame, speaks) in isSpeech.enumerated() where speaks {
      for sample in samples[frame * 160..<frame * 160 + 160] { power += sample * sample }
      count += 160
    }
    let gain = (power / Double(max(1, count))).squareRoot() / ratio.amplitude
    let added = noise.samples(samples.count, seed: seed, voices: voices).map { $0 * gain }
    return (linear(zip(samples, added).map { $0 + $1 }), added)
  }
}
