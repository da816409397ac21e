import Audio
import RTPEngine
import SIPStack

/// Plays a recording once and hangs up.
struct PlayParty: CallParty {
  let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let leg: MediaLeg
  private let samples: [Int16]

  /// Plays the WAV at `path` on `leg`, at whatever rate it was recorded.
  init(leg: MediaLeg, path: String) throws {
    self.leg = leg
    let file = try WAVFile(path: path)
    samples = try Resampler.convert(file.samples, from: file.sampleRate, to: leg.sampleRate)
    (requests, sink) = AsyncStream.makeStream()
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
