import Calls
import Coordination
import Logging
import Reporting
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store
import VoicePipeline

/// A call that is going on, and what can be asked of it by those who are not on the line.
final class LiveCall: Sendable {
  /// Who speaks on it.
  private enum Voice: Sendable {
    case nobody
    case assistant(Conversation)
    /// The silent party of a call that is driven through the API.
    case party(VoiceParty)
  }

  let recorder: CallRecorder
  let call: SIPCall
  let leg: MediaLeg
  let inbox = CallInbox()
  let watch: CallWatch
  private let voice = Locked(Voice.nobody)

  /// `observe` is told of everything that happens on it.
  init(
    _ call: SIPCall, _ leg: MediaLeg, _ recorder: CallRecorder, events: ServerEvents,
    observe: @escaping @Sendable (CallNotice) -> Void = { _ in }
  ) {
    self.call = call
    self.leg = leg
    self.recorder = recorder
    watch = CallWatch(recorder, leg: leg, events: events, observe: observe)
  }

  var id: String { recorder.call.id }

  /// An assistant speaks from now on.
  func isSpoken(by conversation: Conversation) { voice.withLock { $0 = .assistant(conversation) } }

  /// The API alone speaks from now on.
  func isSpoken(by party: VoiceParty) { voice.withLock { $0 = .party(party) } }

  /// The assistant that talks, if there is one.
  var conversation: Conversation? {
    if case .assistant(let conversation) = voice.withLock({ $0 }) { conversation } else { nil }
  }

  // MARK: The session

  func hold(_ isHeld: Bool) async throws(CallControlError) {
    try await inbox.ask(.hold(isHeld))
    watch.tell(.held(isHeld))
  }

  func renegotiate(method: SessionChangeMethod, codecs names: [String]?) async throws(CallControlError) {
    let codecs = try names.map { names throws(CallControlError) in try Self.codecs(names) }
    try await inbox.ask(.renegotiate(codecs, method))
  }

  private static func codecs(_ names: [String]) throws(CallControlError) -> [AudioCodec] {
    var found: [AudioCodec] = []
    for name in names {
      guard let codec = AudioCodec(name: name) else {
        throw .invalid(parameter: "codecs", "'\(name)' is not spoken here")
      }
      if !found.contains(codec) { found.append(codec) }
    }
    guard !found.isEmpty else { throw .invalid(parameter: "codecs", "names no codec") }
    return found
  }

  func sendDTMF(_ digits: String, via path: DigitPath) async throws(CallControlError) {
    guard !digits.isEmpty, digits.count <= 32, digits.allSatisfy({ "0123456789*#ABCD".contains($0) }) else {
      throw .invalid(parameter: "digits", "expected 1 to 32 of 0-9, *, #, A-D")
    }
    guard recorder.call.answeredAt != nil else { throw .notAnswered }
    switch path {
    case .rtp: leg.send(digits: digits)
    case .info:
      guard let type = MediaType("application/dtmf-relay") else { return }
      for digit in digits {
        call.sendInfo(type, Array("Signal=\(digit)\r\nDuration=160\r\n".utf8))
        // One after the other, as fingers do: two at once could change places on the way.
        try? await Task.sleep(for: .milliseconds(160))
      }
    }
  }

  // MARK: Words

  func say(_ text: String) async throws(CallControlError) {
    guard text.contains(where: { !$0.isWhitespace }), text.utf8.count <= 8192 else {
      throw .invalid(parameter: "text", "expected up to 8192 bytes of text")
    }
    switch voice.withLock({ $0 }) {
    case .nobody: throw .noVoice
    case .assistant(let conversation): guard await conversation.say(text) else { throw .noVoice }
    case .party(let party):
      guard party.hasVoice else { throw .noVoice }
      guard recorder.call.answeredAt != nil else { throw .notAnswered }
      guard party.speak(text) != nil else { throw .busy("a lot of speaking") }
    }
  }

  func coach(_ text: String) async throws(CallControlError) {
    guard let conversation else { throw .noVoice }
    await conversation.coach(text)
  }

  func suspendAssistant() async throws(CallControlError) {
    guard let conversation else { throw .noVoice }
    await conversation.suspend()
  }

  func resumeAssistant(note: String?) async throws(CallControlError) {
    if let bridge = watch.bridge { return bridge.withdraw() }
    guard let conversation else { throw .noVoice }
    await conversation.handedBack()
    await conversation.resume(note: note)
  }

  func withdrawTransfer() throws(CallControlError) {
    guard let bridge = watch.bridge else { throw .invalid(parameter: "id", "no hand-over is under way") }
    bridge.withdraw()
  }
}

extension CallSurroundings {
  /// The log of one call, with the name that the API shows it under.
  func logger(for live: LiveCall) -> Logger {
    var logger = logger(for: live.call)
    logger[metadataKey: "id"] = "\(live.id)"
    return logger
  }
}
