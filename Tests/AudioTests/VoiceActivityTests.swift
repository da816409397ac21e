import Audio
import Testing

@Suite("Voice activity")
struct VoiceActivityTests {
  private static func noise(_ kind: Noise, _ level: Double, count: Int = 80_000, seed: UInt64 = 7) -> [Double] {
    let gain = 32768 * Decibels(level).amplitude
    return kind.samples(count, seed: seed, voices: []).map { $0 * gain }
  }

  private static func share(_ samples: [Int16]) -> Double {
    let found = decisions(samples)
    return Double(found.filter(\.isSpeech).count) / Double(max(1, found.count))
  }

  private static func longest(_ samples: [Int16]) -> Int {
    var longest = 0
    var run = 0
    for activity in decisions(samples) {
      run = activity.isSpeech ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  @Test(
    "line noise and hum alone are not speech, at any level and from the first frame",
    arguments: [Noise.white, .pink, .brown, .hum], [-65.0, -50, -35, -20])
  func noiseAlone(kind: Noise, level: Double) {
    #expect(Self.share(linear(Self.noise(kind, level))) < 0.02)
  }

  @Test("digital silence and the idle codes of G.711 are silent")
  func silence() {
    #expect(Self.share([Int16](repeating: 0, count: 16000)) == 0)
    #expect(Self.share([Int16](repeating: 8, count: 16000)) == 0)
    #expect(Self.share((0..<16000).map { $0 % 2 == 0 ? 8 : -8 }) == 0)
  }

  @Test("keypad tones are not speech")
  func keys() throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      var samples: [Int16] = []
      for key in "1234567890*#ABCD" {
        var tone = try #require(ToneGenerator(key: key, level: Decibels(-15), sampleRate: 8000))
        samples += tone.samples(700 + Int(random.next() % 300))
        samples += [Int16](repeating: 0, count: 700 + Int(random.next() % 300))
      }
      #expect(Self.share(samples) < 0.04)
    }
  }

  @Test("call progress tones are not speech", arguments: [(425.0, 425.0), (350, 440), (440, 480), (480, 620)])
  func progressTones(first: Double, second: Double) {
    var tone = ToneGenerator(frequencies: (first, second), sampleRate: 8000)
    var samples: [Int16] = []
    for _ in 0..<10 { samples += tone.samples(4000) + [Int16](repeating: 0, count: 4000) }
    #expect(Self.share(samples) < 0.03)
  }

  @Test("a click or a bang is never as long as an interruption", arguments: [1, 5, 20, 40, 60], [-60.0, -45])
  func bangs(milliseconds: Int, floor: Double) {
    let noise = Self.noise(.white, floor, count: 48_000)
    let loud = Self.noise(.white, -12, count: 48_000, seed: 9)
    for offset in stride(from: 0, to: 160, by: 40) {
      var samples = noise
      for index in 0..<milliseconds * 8 { samples[24_000 + offset + index] += loud[index] }
      #expect(Self.longest(linear(samples)) <= 5)
      #expect(Self.share(linear(samples)) < 0.02)
    }
  }

  @Test(
    "noise that steps up is known as such within a second, and one that steps down at once",
    arguments: [Noise.white, .pink, .brown, .hum], [(-60.0, -40.0), (-45, -25), (-30, -50)])
  func steps(kind: Noise, levels: (Double, Double)) {
    let before = Self.noise(kind, levels.0)
    let after = Self.noise(kind, levels.1)
    let found = decisions(linear(Array(before[..<40_000]) + Array(after[40_000...])))
    #expect(found[300...].filter(\.isSpeech).count <= 2)
    #expect(found[..<250].filter(\.isSpeech).count <= 3)
    #expect(abs(found[420].noiseFloor.rawValue - found[499].noiseFloor.rawValue) < 3)
  }

  @Test("an utterance begins after 40 ms of speech, bridges short gaps and ends 100 ms after the last")
  func utterance() throws {
    var voice: [Double] = []
    var phase = 0.0
    for index in 0..<16_000 {
      // A vowel whose pitch and loudness move.
      phase += (110 + 20 * Double(index % 2400) / 2400) / 8000
      let pulse = phase.truncatingRemainder(dividingBy: 1) < 0.1 ? 9000.0 : -1000.0
      let loudness = 0.6 + 0.4 * Double(index % 1000) / 1000
      let inGap = (9600..<10_080).contains(index)
      voice.append((4000..<12_000).contains(index) && !inGap ? pulse * loudness : 0)
    }
    let noise = Self.noise(.white, -60, count: 16_000)
    let filtered = TelephoneBand.filtered(voice)
    let found = decisions(linear(zip(filtered, noise).map { $0 + $1 }))
    let speech = found.indices.filter { found[$0].isSpeech }
    let open = found.indices.filter { found[$0].isInUtterance }
    let first = try #require(speech.first)
    let last = try #require(speech.last)
    #expect((24...26).contains(first))
    #expect((73...76).contains(last))
    #expect(open == Array(first + 1...last + 4))
    #expect(found[61].isSpeech == false)
  }

  @Test(
    "frames of 10 ms and rates over 8 kHz give the same picture", arguments: [8000, 16000, 24000, 48000], [10, 20])
  func ratesAndFrames(rate: Int, milliseconds: Int) throws {
    var narrow = linear(Self.noise(.white, -55, count: 24_000))
    var random = SeededGenerator(seed: 5)
    for index in 8000..<16_000 where index % 72 < 6 {
      narrow[index] = Int16(clamping: Int(narrow[index]) + 4000 + Int(random.next() % 4000) + index % 1600 * 4)
    }
    let samples = try Resampler.convert(narrow, from: 8000, to: rate)
    var detector = VoiceActivityDetector(sampleRate: rate)
    let size = rate * milliseconds / 1000
    var before = 0
    var during = 0
    for frame in 0..<samples.count / size {
      let found = detector.process(samples.span.extracting(frame * size..<(frame + 1) * size))
      let time = frame * milliseconds
      if found.isSpeech, time < 960 || time > 2060 { before += milliseconds }
      if found.isSpeech, (1000..<2000).contains(time) { during += milliseconds }
    }
    #expect(before <= 40)
    #expect(during > 800)
  }

  @Test("any length of frame and any samples are survived")
  func oddFrames() {
    var random = SeededGenerator(seed: 17)
    for rate in [0, 8000, 11_025, 16_000, 48_000] {
      var detector = VoiceActivityDetector(sampleRate: rate)
      for _ in 0..<200 {
        let frame = (0..<Int(random.next() % 2500)).map { _ in random.next() % 2 == 0 ? Int16.min : Int16.max }
        let found = detector.process(frame.span)
        #expect(found.probability >= 0 && found.probability <= 1)
        #expect(found.level.rawValue.isFinite && found.noiseFloor.rawValue.isFinite)
      }
    }
  }
}

/// Speech in noise. The table that this prints is the one in `docs/design/voice-activity.md`.
@Suite("Voice activity in noisy speech", .enabled(if: SpeechCorpus.isInstalled))
struct VoiceActivityCorpusTests {
  struct Condition: Sendable, CustomTestStringConvertible {
    var noise: Noise?
    var ratio: Double
    /// Percent of the frames whose speech is louder than the noise that must be found.
    var clear: Double
    /// Percent of the quiet frames that may be found.
    var falseAlarms: Double
    /// Milliseconds at most to the begin, and past the end, at the median and at 95 %.
    var onset: (Int, Int)
    var end: (Int, Int)
    /// Stretches of speech that may be missed altogether.
    var missed = 0

    var testDescription: String { noise.map { "\($0) \(Int(ratio)) dB" } ?? "clean" }
  }

  static let conditions: [Condition] = [
    Condition(noise: nil, ratio: 99, clear: 88, falseAlarms: 3, onset: (20, 60), end: (20, 40)),
    Condition(noise: .white, ratio: 20, clear: 88, falseAlarms: 1, onset: (20, 80), end: (20, 40)),
    Condition(noise: .white, ratio: 10, clear: 92, falseAlarms: 1, onset: (40, 140), end: (20, 40)),
    Condition(noise: .white, ratio: 5, clear: 92, falseAlarms: 1, onset: (40, 160), end: (20, 40)),
    Condition(noise: .white, ratio: 0, clear: 90, falseAlarms: 1, onset: (40, 240), end: (0, 20)),
    Condition(noise: .pink, ratio: 20, clear: 88, falseAlarms: 1, onset: (20, 80), end: (20, 40)),
    Condition(noise: .pink, ratio: 10, clear: 90, falseAlarms: 1, onset: (40, 160), end: (20, 40)),
    Condition(noise: .pink, ratio: 5, clear: 87, falseAlarms: 1, onset: (40, 240), end: (0, 20)),
    Condition(noise: .pink, ratio: 0, clear: 76, falseAlarms: 1, onset: (80, 400), end: (0, 20), missed: 2),
    Condition(noise: .brown, ratio: 20, clear: 88, falseAlarms: 2, onset: (20, 80), end: (20, 60)),
    Condition(noise: .brown, ratio: 10, clear: 86, falseAlarms: 1, onset: (40, 140), end: (20, 40)),
    Condition(noise: .brown, ratio: 5, clear: 79, falseAlarms: 1, onset: (60, 240), end: (0, 20)),
    Condition(noise: .hum, ratio: 20, clear: 88, falseAlarms: 4, onset: (20, 60), end: (20, 40)),
    Condition(noise: .hum, ratio: 10, clear: 94, falseAlarms: 4, onset: (20, 60), end: (20, 60)),
    Condition(noise: .hum, ratio: 5, clear: 95, falseAlarms: 4, onset: (20, 60), end: (20, 60)),
    Condition(noise: .hum, ratio: 0, clear: 95, falseAlarms: 4, onset: (20, 60), end: (20, 60)),
    // Other voices are voices: only their share while the speaker pauses is held down.
    Condition(noise: .babble, ratio: 20, clear: 90, falseAlarms: 55, onset: (20, 80), end: (40, 540)),
    Condition(noise: .babble, ratio: 10, clear: 91, falseAlarms: 85, onset: (20, 80), end: (260, 600)),
  ]

  @Test("speech is found at once, and its end is not late", arguments: conditions)
  func detects(condition: Condition) {
    let corpus = SpeechCorpus.shared
    var score = DetectionScore()
    for (index, recording) in corpus.recordings.enumerated() {
      let (samples, noise) = recording.mixed(
        with: condition.noise, ratio: Decibels(condition.ratio), seed: UInt64(index + 1), voices: corpus.voices)
      score.add(recording, noise: noise, decisions: decisions(samples).map(\.isSpeech))
    }
    print(DetectionScore.header + "\n" + score.row(condition.testDescription))
    #expect(score.clearHitRate * 100 > condition.clear)
    #expect(score.falseAlarmRate * 100 < condition.falseAlarms)
    #expect(score.missed <= condition.missed)
    #expect(DetectionScore.percentile(score.onsets, 0.5) * 20 <= condition.onset.0)
    #expect(DetectionScore.percentile(score.onsets, 0.95) * 20 <= condition.onset.1)
    #expect(DetectionScore.percentile(score.ends, 0.5) * 20 <= condition.end.0)
    #expect(DetectionScore.percentile(score.ends, 0.95) * 20 <= condition.end.1)
  }

  @Test("speech in the very first frame of a noisy call is found within a syllable")
  func coldStart() {
    var onsets: [Int] = []
    for (index, recording) in SpeechCorpus.shared.recordings.enumerated() {
      let (samples, _) = recording.mixed(
        with: .pink, ratio: Decibels(20), seed: UInt64(index + 1), voices: SpeechCorpus.shared.voices)
      guard let start = recording.stretches.first?.lowerBound else { continue }
      let found = decisions(Array(samples[start * 160..<min(samples.count, (start + 100) * 160)]))
      onsets.append(found.enumerated().first { $0.element.isSpeech }?.offset ?? 1000)
    }
    print(
      "cold start, pink 20 dB: onset p50 \(DetectionScore.percentile(onsets, 0.5) * 20) ms,",
      "p95 \(DetectionScore.percentile(onsets, 0.95) * 20) ms")
    #expect(DetectionScore.percentile(onsets, 0.5) * 20 <= 100)
    #expect(DetectionScore.percentile(onsets, 0.95) * 20 <= 400)
  }

  @Test("a call that becomes 20 dB quieter in the middle is still heard")
  func levelChange() {
    for recording in SpeechCorpus.shared.recordings.prefix(6) {
      let quiet = recording.samples.map { $0 * 0.1 }
      let noise = Noise.white.samples(quiet.count * 2, seed: 4, voices: []).map { $0 * 32768 * 0.0006 }
      let samples = linear(zip(recording.samples + quiet, noise).map { $0 + $1 })
      let found = decisions(samples)
      let half = recording.samples.count / 160
      let expected = recording.isSpeech.filter { $0 }.count
      #expect(found[(half + 1)...].filter(\.isSpeech).count > expected / 3, "\(recording.name)")
    }
  }
}
