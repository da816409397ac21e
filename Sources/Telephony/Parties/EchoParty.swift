import Audio
import RTPEngine
import SIPStack

/// The echo: its leg sends back what comes, on the media thread alone. This only watches for the end.
struct EchoParty: CallParty {
  let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let leg: MediaLeg

  init(leg: MediaLeg) {
    self.leg = leg
    (requests, sink) = CallRequest.stream()
  }

  func run() async {
    for await event in leg.events {
      if case .mediaTimeout = event { sink.yield(.mediaTimeout) }
    }
  }

  func ended(_ ending: CallEnding) { sink.finish() }
}
