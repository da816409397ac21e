import Audio

/// How a detector fared against the truth.
struct DetectionScore {
  var speechFrames = 0
  var hits = 0
  /// Frames whose speech is louder than the noise under it.
  var clearFrames = 0
  var clearHits = 0
  var quietFrames = 0
  var falseAlarms = 0
  /// Frames from the first of a stretch of speech to the first that was detected.
  var onsets: [Int] = []
  /// Frames from the last of a stretch to the last that was detected: over 0 is a lag.
  var ends: [Int] = []
  /// Stretches of which nothing was detected.
  var missed = 0

  var hitRate: Double { Double(hits) / Double(max(1, speechFrames)) }
  var clearHitRate: Double { Double(clearHits) / Double(max(1, clearFrames)) }
  var falseAlarmRate: Double { Double(falseAlarms) / Double(max(1, quietFrames)) }

  /// Adds one recording. `decisions` per frame of 20 ms; frames more than 40 ms outside of a stretch must be quiet.
  mutating func add(_ recording: SpeechCorpus.Recording, noise: [Double]? = nil, decisions: [Bool]) {
    var near = [Bool](repeating: false, count: decisions.count)
    for stretch in recording.stretches {
      for frame in max(0, stretch.lowerBound - 2)...min(decisions.count - 1, stretch.upperBound + 2) {
        near[frame] = true
      }
    }
    for frame in decisions.indices {
      if recording.isSpeech[frame] {
        speechFrames += 1
        if decisions[frame] { hits += 1 }
        let range = frame * 160..<frame * 160 + 160
        let speech = recording.samples[range].reduce(0) { $0 + $1 * $1 }
        if speech > noise.map({ $0[range].reduce(0) { $0 + $1 * $1 } }) ?? 0 {
          clearFrames += 1
          if decisions[frame] { clearHits += 1 }
        }
      } else if !near[frame] {
        quietFrames += 1
        if decisions[frame] { falseAlarms += 1 }
      }
    }
    for (index, stretch) in recording.stretches.enumerated() {
      let next = index + 1 < recording.stretches.count ? recording.stretches[index + 1].lowerBound : decisions.count
      let end = min(next - 2, stretch.upperBound + 25, decisions.count - 1)
      guard let first = (max(0, stretch.lowerBound - 2)...stretch.upperBound).first(where: { decisions[$0] }) else {
        missed += 1
        continue
      }
      onsets.append(first - stretch.lowerBound)
      var last = stretch.lowerBound
      var silent = 0
      // The end is the last frame before 200 ms without speech, after the stretch's own end.
      var frame = stretch.upperBound
      while frame > stretch.lowerBound, !decisions[frame] { frame -= 1 }
      last = frame
      frame = stretch.upperBound + 1
      while frame <= end, silent < 10 {
        if decisions[frame] {
          last = frame
          silent = 0
        } else {
          silent += 1
        }
        frame += 1
      }
      ends.append(last - stretch.upperBound)
    }
  }

  /// The value under which `share` of the sorted `values` lie.
  static func percentile(_ values: [Int], _ share: Double) -> Int {
    guard !values.isEmpty else { return 0 }
    return values.sorted()[min(values.count - 1, Int(Double(values.count) * share))]
  }

  /// One line of the table: percent, percent, then milliseconds.
  func row(_ name: String) -> String {
    func column(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func percent(_ value: Double) -> String { "\((value * 1000).rounded() / 10)" }
    func milliseconds(_ values: [Int], _ share: Double) -> String { "\(Self.percentile(values, share) * 20)" }
    let cells = [
      percent(hitRate), percent(clearHitRate), percent(falseAlarmRate), milliseconds(onsets, 0.5),
      milliseconds(onsets, 0.95),
      milliseconds(ends, 0.5), milliseconds(ends, 0.95), "\(missed)",
    ]
    return name + String(repeating: " ", count: max(0, 18 - name.count)) + cells.map { column($0, 8) }.joined()
  }

  static let header =
    "condition              hit%   clear%     fa%  on.p50  on.p95  end.p50 end.p95  missed"
}

/// Runs a fresh detector over 8 kHz samples in frames of 20 ms.
func decisions(_ samples: [Int16], parameters: VoiceActivityDetector.Parameters = .init()) -> [Activity] {
  var detector = VoiceActivityDetector(sampleRate: 8000, parameters: parameters)
  let span = samples.span
  var result: [Activity] = []
  var start = 0
  while start + 160 <= span.count {
    result.append(detector.process(span.extracting(start..<start + 160)))
    start += 160
  }
  return result
}
