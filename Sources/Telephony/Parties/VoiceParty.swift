import Audio
import Coordination
import Logging
import RTPEngine
import SIPStack
import VoicePipeline

/// Someone on the line to whom nobody listens and who says only what is ordered: a person who is rung, or a call that
/// is driven through the API.
final class VoiceParty: CallParty {
  /// What happens on the line.
  enum Event: Sendable, Equatable {
    case answered
    case digit(Character)
    /// The text with this number has been heard, or could not be spoken.
    case spoken(Int)
    case transfer(status: Int)
    case transferred(ReferOutcome)
    /// The call is over.
    case ended(CallEnding)
  }

  private enum Order: Sendable {
    case speak(Int, String)
  }

  let leg: MediaLeg
  let requests: AsyncStream<CallRequest>
  private let requestSink: AsyncStream<CallRequest>.Continuation
  private let orders: AsyncStream<Order>
  private let orderSink: AsyncStream<Order>.Continuation
  private let voice: SpokenText?
  private let logger: Logger
  private let report: @Sendable (Event) -> Void
  private let state = Locked(State())

  private struct State {
    var count = 0
    /// Texts up to this number are not spoken any more.
    var silencedUpTo = 0
    /// The text that is being made into sound.
    var speaking: (number: Int, task: Task<LinePosition?, any Error>)?
    /// Texts that are queued, and where they end in playout.
    var queued: [(number: Int, end: LinePosition)] = []
  }

  /// A party on `leg` that speaks with `voice`, if it has one; `report` is told what happens, in order.
  init(leg: MediaLeg, voice: SpokenText?, logger: Logger, report: @escaping @Sendable (Event) -> Void) {
    self.leg = leg
    self.voice = voice
    self.logger = logger
    self.report = report
    (requests, requestSink) = CallRequest.stream()
    (orders, orderSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(32))
  }

  /// Whether it can say anything.
  var hasVoice: Bool { voice != nil }

  /// Speaks `text` behind what is being said. Returns its number; nil if too much waits.
  @discardableResult
  func speak(_ text: String) -> Int? {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    if case .enqueued = orderSink.yield(.speak(number, text)) { return number }
    return nil
  }

  /// Stops what is being said and forgets what waits.
  func silence() {
    let speaking = state.withLock { state in
      state.silencedUpTo = state.count
      state.queued = []
      return state.speaking
    }
    speaking?.task.cancel()
    leg.dropPlayout()
  }

  func hangUp(_ why: String) { requestSink.yield(.hangUp(cause: 16, text: why)) }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [orders] in
        for await case .speak(let number, let text) in orders { await self.say(number, text) }
      }
      for await event in leg.events {
        switch event {
        case .digit(let digit): report(.digit(digit))
        case .playedOut(_, let position): played(upTo: position)
        case .mediaTimeout: requestSink.yield(.mediaTimeout)
        default: break
        }
      }
      orderSink.finish()
      state.withLock { $0.speaking }?.task.cancel()
    }
  }

  private func say(_ number: Int, _ text: String) async {
    guard let voice else { return report(.spoken(number)) }
    let leg = leg
    let task = state.withLock { state -> Task<LinePosition?, any Error>? in
      guard number > state.silencedUpTo else { return nil }
      let task = Task<LinePosition?, any Error> {
        var end: LinePosition?
        try await voice.speak(text) { samples in
          try Task.checkCancellation()
          end = try await leg.play(samples)
        }
        return end
      }
      state.speaking = (number, task)
      return task
    }
    guard let task else { return }
    var end: LinePosition?
    do {
      end = try await task.value
    } catch {
      logger.info("a text could not be spoken", metadata: ["why": "\(error)"])
    }
    let isHeard = state.withLock { state -> Bool? in
      state.speaking = nil
      guard number > state.silencedUpTo else { return nil }
      guard let end, leg.playedPosition < end else { return true }
      state.queued.append((number, end))
      return false
    }
    leg.finishPlayout()
    if isHeard == true { report(.spoken(number)) }
  }

  private func played(upTo position: LinePosition) {
    let heard = state.withLock { state in
      let heard = state.queued.prefix { $0.end <= position }
      state.queued.removeFirst(heard.count)
      return heard
    }
    for text in heard { report(.spoken(text.number)) }
  }

  func digit(_ digit: Character) { report(.digit(digit)) }
  func answered() { report(.answered) }
  func transferProgress(status: Int) { report(.transfer(status: status)) }
  func transferFinished(_ outcome: ReferOutcome) { report(.transferred(outcome)) }

  func ended(_ ending: CallEnding) {
    requestSink.finish()
    orderSink.finish()
    report(.ended(ending))
  }
}
