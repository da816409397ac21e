import Audio

/// A sound that bridges a silence, on its way to the carrier.
struct Bridge: Sendable, Equatable {
  /// Whose silence it is.
  enum Purpose: Sendable, Equatable {
    /// An answer is slow in coming.
    case filler
    /// A person is being rung.
    case comfort
  }

  var purpose: Purpose
  var samples: [Int16]
  /// How often sound had been thrown away when it set out.
  fileprivate var epoch: Int
}

/// The sounds that bridge a silence. They have to work when the voice is slow or dead, so phrases are made ready at the
/// beginning, and a tone takes the place of what is not.
struct Bridging: Sendable {
  /// Counts every time that sound was thrown away, so that a bridge on its way can tell.
  private var epoch = 0
  /// Whether a filler may be what is heard.
  private(set) var isFillerSounding = false
  private(set) var phrases: [String: [Int16]] = [:]

  mutating func prepared(_ text: String, _ samples: [Int16]) { phrases[text] = samples }

  mutating func filler(_ phrase: String?, sampleRate: Int) -> Bridge {
    isFillerSounding = true
    return bridge(.filler, phrase, sampleRate)
  }

  func comfort(_ phrase: String?, sampleRate: Int) -> Bridge { bridge(.comfort, phrase, sampleRate) }

  private func bridge(_ purpose: Bridge.Purpose, _ phrase: String?, _ sampleRate: Int) -> Bridge {
    let samples = phrase.flatMap { phrases[$0] } ?? ComfortTone.samples(sampleRate: sampleRate)
    return Bridge(purpose: purpose, samples: samples, epoch: epoch)
  }

  /// Whether nothing was thrown away since `bridge` set out; if something was, it is not to be heard.
  func isWanted(_ bridge: Bridge) -> Bool { bridge.epoch == epoch }

  mutating func dropped(isFillerOver: Bool) {
    epoch += 1
    if isFillerOver { isFillerSounding = false }
  }

  mutating func fillerEnded() { isFillerSounding = false }
}
