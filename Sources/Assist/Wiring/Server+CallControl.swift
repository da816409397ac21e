import Assistants
import Logging
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store
import VoicePipeline

// What the API asks of calls that are going on. Everything is told by the call's id.
extension Server {
  private func call(_ id: String) throws(CallControlError) -> LiveCall {
    guard let call = live[id] else { throw .noCall }
    return call
  }

  /// Answers a call that rings till the API decides: 180 rings (again), 183 with early media, 200 takes it.
  func answer(_ id: String, status: Int = 200) async throws(CallControlError) {
    try await call(id).control.ask { .answer(status: status, $0) }
  }

  /// Refuses a call that rings till the API decides, with a status of 300 to 699.
  func reject(_ id: String, status: Int) async throws(CallControlError) {
    try await call(id).control.ask { .reject(status: status, $0) }
  }

  /// Puts the far end on hold: it may hear us and is not heard.
  func hold(_ id: String) async throws(CallControlError) { try await hold(id, true) }

  /// Takes the far end back.
  func takeBack(_ id: String) async throws(CallControlError) { try await hold(id, false) }

  private func hold(_ id: String, _ isHeld: Bool) async throws(CallControlError) {
    let call = try call(id)
    try await call.control.ask { .change(.hold(isHeld), $0) }
    call.watch.tell(.held(isHeld))
  }

  /// Offers the session anew, by re-INVITE or UPDATE, with `codecs` in order of preference or with those of before.
  func renegotiate(
    _ id: String, method: SessionChangeMethod = .reinvite, codecs names: [String]? = nil
  ) async throws(CallControlError) {
    var codecs: [AudioCodec]?
    if let names {
      var found: [AudioCodec] = []
      for name in names {
        guard let codec = AudioCodec(name: name) else {
          throw .invalid(parameter: "codecs", "'\(name)' is not spoken here")
        }
        if !found.contains(codec) { found.append(codec) }
      }
      guard !found.isEmpty else { throw .invalid(parameter: "codecs", "names no codec") }
      codecs = found
    }
    let wanted = codecs
    try await call(id).control.ask { .change(.codecs(wanted, method), $0) }
  }

  /// Sends digits: `0`–`9`, `*`, `#`, `A`–`D`, at most 32.
  func sendDTMF(_ id: String, digits: String, via path: DigitPath = .rtp) async throws(CallControlError) {
    let call = try call(id)
    guard !digits.isEmpty, digits.count <= 32, digits.allSatisfy({ "0123456789*#ABCD".contains($0) }) else {
      throw .invalid(parameter: "digits", "expected 1 to 32 of 0-9, *, #, A-D")
    }
    guard call.recorder.call.answeredAt != nil else { throw .notAnswered }
    switch path {
    case .rtp: call.leg.send(digits: digits)
    case .info:
      guard let type = MediaType("application/dtmf-relay") else { return }
      for digit in digits {
        call.call.sendInfo(type, Array("Signal=\(digit)\r\nDuration=160\r\n".utf8))
        // One after the other, as fingers do: two at once could change places on the way.
        try? await Task.sleep(for: .milliseconds(160))
      }
    }
  }

  /// Speaks `text` on the call: in the voice of its assistant, as a person's word while a person has the caller.
  func say(_ id: String, _ text: String) async throws(CallControlError) {
    let call = try call(id)
    guard text.contains(where: { !$0.isWhitespace }), text.utf8.count <= 8192 else {
      throw .invalid(parameter: "text", "expected up to 8192 bytes of text")
    }
    if let conversation = call.conversation {
      guard await conversation.say(text) else { throw .noVoice }
    } else {
      guard let party = call.party, party.hasVoice else { throw .noVoice }
      guard call.recorder.call.answeredAt != nil else { throw .notAnswered }
      guard party.speak(text) != nil else { throw .busy("a lot of speaking") }
    }
  }

  /// Tells the call's assistant something that the caller does not hear.
  func coach(_ id: String, _ text: String) async throws(CallControlError) {
    guard let conversation = try call(id).conversation else { throw .noVoice }
    await conversation.coach(text)
  }

  /// A person has the caller, though not on a telephone: the assistant falls silent and goes on listening.
  func suspendAssistant(_ id: String) async throws(CallControlError) {
    guard let conversation = try call(id).conversation else { throw .noVoice }
    await conversation.suspend()
  }

  /// The assistant has the caller back: from a person who writes, or from one who is bridged to them.
  func resumeAssistant(_ id: String, note: String?) async throws(CallControlError) {
    let call = try call(id)
    if let bridge = call.watch.bridge {
      bridge.withdraw()
    } else if let conversation = call.conversation {
      await conversation.handedBack()
      await conversation.resume(note: note)
    } else {
      throw .noVoice
    }
  }

  /// Both directions of a call, from now to its end or till the reader lets go.
  func listen(_ id: String) throws(CallControlError) -> AsyncStream<TapFrame> {
    try call(id).leg.openTap()
  }

  // MARK: Calls that are driven

  /// Rings till the API answers or refuses, three minutes at most; then the API alone drives the call.
  func drive(_ call: LiveCall, _ media: MediaSession, logger: Logger) async {
    let watch = call.watch
    let party = VoiceParty(leg: call.leg, voice: anyVoice(at: call.leg.sampleRate), logger: logger) { event in
      if case .digit(let digit) = event { watch.tell(.digit(digit)) }
    }
    var call = call
    call.party = party
    let phoneCall = PhoneCall(call.call, media: media, control: call.control, logger: logger) { watch.note($0) }
    await register(call) { _ in
      var phoneCall = phoneCall
      phoneCall.call.ring()
      watch.tell(.ringing)
      await phoneCall.run(party)
    }
  }

  /// The voice of the first assistant by name, for calls that have none.
  func anyVoice(at sampleRate: Int) -> SpokenText? {
    assistants.min { $0.key < $1.key }.map { _, assistant in
      SpokenText(voice: assistant.providers.tts, language: assistant.settings.language, sampleRate: sampleRate)
    }
  }
}
