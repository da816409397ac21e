import Coordination
import Store

@testable import ChatBridge

/// A channel that keeps what it is given, and gives out media that were put in.
final class StandInChannel: ChatChannel {
  let name = "whatsapp"
  let account = "106540000000001"
  let limits: ChannelLimits
  private let state: Locked<State>

  private struct State {
    var media: [Result<[UInt8], ChatError>]
    var asked: [MediaReference] = []
    var limits: [Int] = []
    var typing = 0
  }

  /// Answers requests for media with `media` in turn, the last one again and again.
  init(media: [Result<[UInt8], ChatError>] = [], limits: ChannelLimits = .whatsApp) {
    state = Locked(State(media: media))
    self.limits = limits
  }

  /// The media that were asked for.
  var asked: [MediaReference] { state.withLock { $0.asked } }
  /// How large they might be.
  var askedLimits: [Int] { state.withLock { $0.limits } }
  /// How often typing was shown.
  var typing: Int { state.withLock { $0.typing } }

  func send(_ message: ChannelMessage) async throws(ChatError) -> String { "wamid.\(message.key)" }

  func fetch(_ media: MediaReference, limit: Int) async throws(ChatError) -> [UInt8] {
    let answer: Result<[UInt8], ChatError> = state.withLock { state in
      state.asked.append(media)
      state.limits.append(limit)
      guard let first = state.media.first else { return .failure(ChatError(.notFound, message: "no media")) }
      if state.media.count > 1 { state.media.removeFirst() }
      return first
    }
    let bytes = try answer.get()
    guard bytes.count <= limit else { throw ChatError(.tooLarge, message: "too large") }
    return bytes
  }

  func failureKind(_ code: Int?) -> ChatError.Kind { CloudErrorCode.kind(of: code, status: 400) }

  func showTyping(for id: String) async throws(ChatError) { state.withLock { $0.typing += 1 } }
}
