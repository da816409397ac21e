import Audio
import RTPEngine
import SIPStack

/// Plays a recording once and hangs up.
struct PlayParty: CallParty {
  let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let leg: MediaLeg
  private let samples: [Int16]

  /// The longest file: over an hour of 8 kHz, and no call makes the server hold more.
  private static let maximumBytes = 64 << 20

  /// Plays the WAV at `path` on `leg`, at whatever rate it was recorded. Reads and converts it off the caller's actor.
  @concurrent static func playing(_ path: String, on leg: MediaLeg) async throws -> PlayParty {
    let file = try WAVFile(path: path, maximumBytes: maximumBytes)
    return PlayParty(
      leg: leg, samples: try Resampler.convert(file.samples, from: file.sampleRate, to: leg.sampleRate))
  }

  private init(leg: MediaLeg, samples: [Int16]) {
    self.leg = leg
    self.samples = samples
    (requests, sink) = CallRequest.stream()
  }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        // Cut short only when the leg closes, which ends the call anyway.
        _ = try? await leg.play(samples)
        leg.finishPlayout()
      }
      for await event in leg.events {
        switch event {
        case .playedOut: sink.yield(.hangUp(cause: 16, text: "played to the end"))
        case .mediaTimeout: sink.yield(.mediaTimeout)
        default: break
        }
      }
      group.cancelAll()
    }
  }

  func ended(_ ending: CallEnding) { sink.finish() }
}
