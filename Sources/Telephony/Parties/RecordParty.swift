import Audio
import Logging
import RTPEngine
import SIPStack

/// Records the caller into a WAV file until one side hangs up or the file is full; then it asks for a hang-up.
struct RecordParty: CallParty {
  let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let leg: MediaLeg
  private let path: String
  private let maximum: Duration
  private let logger: Logger

  /// Records what `leg` hears into `path`, up to `maximum`.
  init(leg: MediaLeg, path: String, maximum: Duration = .seconds(600), logger: Logger) {
    self.leg = leg
    self.path = path
    self.maximum = maximum
    self.logger = logger
    (requests, sink) = CallRequest.stream()
  }

  func run() async {
    do throws(WAVError) {
      var writer = try WAVWriter(path: path, sampleRate: leg.sampleRate)
      var isFull = false
      for await event in leg.events {
        switch event {
        case .audio(let frame):
          // The leg goes on till the hang-up is through.
          if isFull { break }
          try writer.write(frame.samples)
          guard writer.duration >= maximum else { break }
          isFull = true
          try writer.flush()
          sink.yield(.hangUp(cause: 16, text: "the recording is full"))
        case .mediaTimeout: sink.yield(.mediaTimeout)
        default: break
        }
      }
      try writer.close()
    } catch {
      logger.error("recording failed", metadata: ["why": "\(error)"])
      sink.yield(.hangUp(cause: 41, text: "the recording failed"))
    }
  }

  func ended(_ ending: CallEnding) { sink.finish() }
}
