import Audio
import Testing

@testable import VoicePipeline

@Suite("Conversation", .timeLimit(.minutes(2)))
struct ConversationTests {
  private static let long = "We are open from nine to five. On Sundays we are closed."

  @Test("a turn is heard, answered sentence by sentence, and timed")
  func oneTurn() async throws {
    let stage = Stage(StandInMind { _ in [.text("It is "), .text("noon. Anything else?")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("what time is it", from: 100, to: 1000)
    try await stage.wait("both sentences") { stage.wasQueued("It is noon.") && stage.wasQueued("Anything else?") }
    try await stage.wait(for: .speaking)
    stage.clock.set(1520)
    stage.carrier.send(800, at: stage.clock.instant(1520))
    try await stage.wait("start") { stage.types.contains("reply.started") }
    try await stage.wait("end of playout asked") { stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
    await stage.end()
    #expect(
      await stage.conversation.messages == [
        DialogueMessage(.caller, "what time is it"), DialogueMessage(.assistant, "It is noon. Anything else?"),
      ])
    #expect(stage.mind.asked.first?.instructions == "be kind")
    let timing = try #require(
      stage.kinds.lazy.compactMap { if case .turnTiming(let timing) = $0 { timing } else { nil } }.first)
    #expect(timing.lastSpeechIn == stage.clock.instant(1000))
    #expect(timing.endOfTurnDecided == stage.clock.instant(1500))
    #expect(timing.firstAudibleOut == stage.clock.instant(1520))
    #expect(
      timing.offsets.map(\.name) == [
        "end_of_turn_decided", "transcript_final", "first_token", "first_audio", "first_audible_out",
      ])
    #expect(timing.offsets.map(\.milliseconds) == [500, 500, 500, 500, 520])
    #expect(
      stage.types.filter { $0 != "turn.timing" } == [
        "turn.started", "transcript.final", "reply.started", "reply.finished", "ended",
      ])
  }

  @Test("the greeting is spoken first and is part of what was said")
  func greeting() async throws {
    let stage = Stage(greeting: "Good morning.")
    stage.begin()
    try await stage.wait("greeting") { stage.wasQueued("Good morning.") && stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
    await stage.end()
    #expect(await stage.conversation.messages == [DialogueMessage(.assistant, "Good morning.")])
    #expect(stage.carrier.state.policy == InterruptionPolicy())
  }

  /// A stage on which the first sentence of a long answer is being heard.
  private func speaking(_ ears: StandInEars = StandInEars()) async throws -> Stage {
    let stage = Stage(StandInMind { $0.contains("open") ? [.text(Self.long)] : [.text("All right.")] }, ears: ears)
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("when are you open", from: 100, to: 1000)
    try await stage.wait("sound") { stage.wasQueued("On Sundays we are closed.") }
    // 25 of the first sentence's 30 characters.
    stage.carrier.send(UInt64(25 * StandInVoice.pace), at: stage.clock.instant(1520))
    try await stage.wait("start") { stage.types.contains("reply.started") }
    return stage
  }

  @Test("words interrupt: the queue is dropped and the context keeps what was heard")
  func interruption() async throws {
    let stage = try await speaking()
    stage.clock.set(3000)
    stage.carrier.emit(.speechStarted(at: stage.clock.instant(3000)))
    stage.carrier.emit(.interrupted(at: stage.clock.instant(3120), position: stage.carrier.playedPosition))
    try await stage.wait(for: .interrupted)
    #expect(stage.carrier.state.drops == 0)
    stage.ears.hear(.partial("no stop"))
    try await stage.wait(for: .callerSpeaking)
    #expect(stage.carrier.state.drops == 1)
    stage.ears.expect("no stop please")
    stage.clock.set(3600)
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.instant(3600)))
    stage.clock.set(4100)
    try await stage.wait("the answer to it") { stage.wasQueued("All right.") }
    #expect(
      stage.mind.asked.last?.messages == [
        DialogueMessage(.caller, "when are you open"),
        DialogueMessage(.assistant, "We are open from nine to", wasInterrupted: true),
        DialogueMessage(.caller, "no stop please"),
      ])
    #expect(
      stage.kinds.contains(
        .replyFinished(speech: 1, heard: Private("We are open from nine to"), wasInterrupted: true)))
    await stage.end()
  }

  @Test("a cough pauses the answer, which goes on where it stopped")
  func cough() async throws {
    let stage = try await speaking()
    stage.clock.set(3000)
    stage.carrier.emit(.speechStarted(at: stage.clock.instant(3000)))
    stage.carrier.emit(.interrupted(at: stage.clock.instant(3120), position: stage.carrier.playedPosition))
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.instant(3150)))
    try await stage.wait(for: .interrupted)
    stage.clock.set(3650)
    try await stage.wait("resumption") { stage.carrier.state.resumes == 1 }
    try await stage.wait(for: .speaking)
    #expect(stage.carrier.state.drops == 0)
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
    await stage.end()
    #expect(await stage.conversation.messages.last == DialogueMessage(.assistant, Self.long))
    #expect(stage.types.contains("reply.resumed"))
  }

  @Test("speech that goes on before the answer is audible is one turn with one answer, and the first never speaks")
  func merge() async throws {
    let stage = Stage(
      StandInMind { $0.hasSuffix("tomorrow") ? [.text("Tomorrow then.")] : [.text("Booked for today.")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("book a table", from: 100, to: 1000)
    try await stage.wait("first answer queued") { stage.wasQueued("Booked for today.") }
    stage.clock.set(1550)
    stage.carrier.emit(.speechStarted(at: stage.clock.instant(1550)))
    try await stage.wait(for: .callerSpeaking)
    #expect(stage.carrier.state.queued == 0)
    stage.ears.expect("for tomorrow")
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.instant(1900)))
    stage.clock.set(2400)
    try await stage.wait("second answer") { stage.wasQueued("Tomorrow then.") }
    #expect(stage.mind.asked.last?.messages == [DialogueMessage(.caller, "book a table for tomorrow")])
    await stage.end()
    #expect(await stage.conversation.messages.first == DialogueMessage(.caller, "book a table for tomorrow"))
  }

  @Test("nothing of a cancelled turn speaks, whatever its mind still says")
  func cancelledTurnIsMute() async throws {
    let mind = StandInMind()
    let stage = Stage(mind)
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("tell me a story", from: 100, to: 1000)
    try await stage.wait("question") { mind.asked.count == 1 }
    mind.sink(0)?.yield(.text("Once upon a time."))
    try await stage.wait("first sentence") { stage.wasQueued("Once upon a time.") }
    stage.carrier.send(2000, at: stage.clock.now)
    try await stage.wait("start") { stage.types.contains("reply.started") }
    stage.carrier.emit(.speechStarted(at: stage.clock.now))
    stage.carrier.emit(.interrupted(at: stage.clock.now, position: stage.carrier.playedPosition))
    stage.ears.hear(.partial("stop it now"))
    try await stage.wait(for: .callerSpeaking)
    mind.sink(0)?.yield(.text(" There was a king."))
    mind.sink(0)?.yield(.transferToHuman(reason: "ghost"))
    mind.sink(0)?.finish()
    stage.ears.expect("stop it now")
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.now))
    stage.clock.set(3000)
    try await stage.wait("next question") { mind.asked.count == 2 }
    mind.sink(1)?.yield(.text("As you wish."))
    mind.sink(1)?.finish()
    try await stage.wait("its answer") { stage.wasQueued("As you wish.") }
    #expect(!stage.wasQueued("There was a king."))
    #expect(!stage.types.contains("escalation.requested"))
    #expect(mind.cancelled == 1)
    await stage.end()
  }

  @Test("a slow mind is bridged within two seconds of the caller's last word, and its answer follows")
  func filler() async throws {
    let mind = StandInMind()
    let stage = Stage(mind)
    stage.begin()
    try await stage.wait("prepared") { await stage.conversation.core.output.bridging.phrases.count == 2 }
    try await stage.caller("a hard question", from: 100, to: 1000)
    try await stage.wait("question") { mind.asked.count == 1 }
    stage.clock.set(2499)
    #expect(!stage.wasQueued("One moment, please."))
    stage.clock.set(2500)
    try await stage.wait("filler") { stage.wasQueued("One moment, please.") && stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.instant(2510))
    stage.clock.set(3500)
    mind.sink(0)?.yield(.text("Here it is."))
    mind.sink(0)?.finish()
    try await stage.wait("answer") { stage.wasQueued("Here it is.") && stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.instant(3520))
    try await stage.wait(for: .listening)
    await stage.end()
    let timing = try #require(
      stage.kinds.lazy.compactMap { if case .turnTiming(let timing) = $0 { timing } else { nil } }.first)
    #expect(timing.fillerOut == stage.clock.instant(2510))
    #expect(timing.firstAudibleOut == stage.clock.instant(3520))
  }

  @Test("with a dead voice a silence is still bridged, by a tone")
  func toneWithoutVoice() async throws {
    let mind = StandInMind()
    let stage = Stage(mind)
    stage.voice.fail(on: "*")
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("hello there", from: 100, to: 1000)
    try await stage.wait("question") { mind.asked.count == 1 }
    stage.clock.set(2500)
    try await stage.wait("tone") { stage.carrier.state.pieces.contains { $0.samples.count == 1600 } }
    await stage.end()
  }

  @Test("a mind that refuses is reported, apologised for, and a person is called")
  func mindFails() async throws {
    let mind = StandInMind()
    let stage = Stage(mind)
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("hello there", from: 100, to: 1000)
    try await stage.wait("question") { mind.asked.count == 1 }
    let error = ProviderError(.unauthorized, provider: "stand-in", message: "the key was refused")
    mind.sink(0)?.finish(throwing: error)
    let apology = AssistantPhrases(language: "en").apology
    try await stage.wait("apology") { stage.wasQueued(apology) && stage.carrier.state.finished }
    #expect(stage.kinds.contains(.providerFailed(role: .llm, error)))
    #expect(mind.asked.count == 1)
    stage.carrier.send(at: stage.clock.now)
    let announcement = AssistantPhrases(language: "en").transferring
    try await stage.wait("escalation") { stage.types.contains("escalation.requested") }
    try await stage.wait("announcement") {
      stage.wasQueued("I'll put you through to a person.") && stage.carrier.state.finished
    }
    try await playOutAnnouncement(stage, announcement)
    await stage.end()
    #expect(await stage.conversation.messages.first == DialogueMessage(.caller, "hello there"))
  }

  @Test("a mind that fails once is asked again")
  func mindRetries() async throws {
    let mind = StandInMind()
    let stage = Stage(mind)
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("hello there", from: 100, to: 1000)
    try await stage.wait("question") { mind.asked.count == 1 }
    mind.sink(0)?.finish(throwing: ProviderError(.failed(status: 503), provider: "stand-in", message: "busy"))
    try await stage.wait("again") { mind.asked.count == 2 }
    mind.sink(1)?.yield(.text("Here I am."))
    mind.sink(1)?.finish()
    try await stage.wait("answer") { stage.wasQueued("Here I am.") }
    await stage.end()
  }

  @Test("a dead voice and nobody to call ends the connection instead of leaving the caller in silence")
  func voiceFails() async throws {
    let stage = Stage(StandInMind { _ in [.text("Hello.")] }, target: nil)
    stage.voice.fail(on: "*")
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("hello there", from: 100, to: 1000)
    try await stage.wait("hang-up") { stage.carrier.state.hungUp }
    await stage.end()
    #expect(stage.types.contains("provider.failed"))
    // The sentence itself was tried twice before it was given up.
    #expect(stage.voice.spoken.filter { $0 == "Hello." }.count == 2)
  }

  @Test("a recognition that dies is opened again once, and its end is not the end of the turn")
  func recognitionDies() async throws {
    let stage = Stage(StandInMind { _ in [.text("Hello.")] })
    stage.begin()
    try await stage.wait("open") { stage.ears.opened == 1 }
    stage.ears.die()
    try await stage.wait("open again") { stage.ears.opened == 2 }
    try await stage.wait("attached") { await stage.conversation.recognition != nil }
    try await stage.caller("hello there", from: 100, to: 1000)
    try await stage.wait("answer") { stage.wasQueued("Hello.") }
    await stage.end()
  }

  @Test("without any recogniser the caller is told and handed over")
  func noRecognition() async throws {
    let stage = Stage(ears: StandInEars(openFailures: 2))
    stage.begin()
    let apology = AssistantPhrases(language: "en").apology
    try await stage.wait("apology") { stage.wasQueued(apology) && stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait("escalation") { stage.types.contains("escalation.requested") }
    await stage.end()
    #expect(stage.ears.opened == 0)
  }

  @Test("sound that comes before the recognition is open is not lost")
  func earlySound() async throws {
    let stage = Stage()
    for _ in 0..<10 {
      stage.carrier.emit(
        .audio(AudioFrame(samples: [Int16](repeating: 0, count: 160), sampleRate: 8000, arrival: stage.clock.now)))
    }
    stage.begin()
    try await stage.wait("frames") { stage.ears.frames == 10 }
    await stage.end()
  }

  /// Sends all of the announcement, and tells when the transfer was asked for.
  private func playOutAnnouncement(_ stage: Stage, _ text: String) async throws {
    try await stage.wait("transfer") {
      stage.carrier.send(at: stage.clock.now)
      return stage.carrier.state.transfers == ["sip:desk@pbx.example"]
    }
  }

  /// A stage on which the caller has asked for a person and is being transferred.
  private func transferring() async throws -> Stage {
    let stage = Stage(StandInMind { _ in [.text("I am here.")] })
    stage.begin()
    try await stage.wait("prepared") { await stage.conversation.core.output.bridging.phrases.count == 2 }
    try await stage.caller("can i speak to a person please", from: 100, to: 1000)
    try await stage.wait("announcement") {
      stage.wasQueued("I'll put you through to a person.") && stage.wasQueued("One moment, please.")
    }
    try await playOutAnnouncement(stage, AssistantPhrases(language: "en").transferring)
    return stage
  }

  @Test("a caller who asks for a person is told, transferred, and comforted while it rings")
  func transferSucceeds() async throws {
    let stage = try await transferring()
    #expect(stage.mind.asked.isEmpty)
    #expect(stage.carrier.state.policy?.isEnabled == false)
    stage.carrier.emit(.transferProgress(status: 180))
    var time = 1500
    for count in 1...4 {
      // From one comfort to the next, never two seconds.
      let before = stage.carrier.state.pieces.count
      let position = stage.carrier.state.queued
      let sounding = Int((stage.carrier.state.queued - stage.carrier.state.sent) / 8)
      time += 1800 + sounding
      stage.clock.set(time)
      try await stage.wait("comfort \(count)") { stage.carrier.state.pieces.count > before }
      #expect(stage.carrier.state.queued > position)
      try await stage.wait("end of comfort") {
        stage.carrier.send(at: stage.clock.now)
        return stage.carrier.state.sent == stage.carrier.state.queued
      }
    }
    #expect(stage.wasQueued("Still connecting you, thank you for waiting."))
    stage.carrier.emit(.transferFinished(.succeeded))
    try await stage.wait("success") { stage.kinds.contains(.transferFinished(succeeded: true, status: 200)) }
    await stage.end()
    #expect(stage.kinds.contains(.transferProgress(status: 180)))
    #expect(
      stage.types.filter { $0.hasPrefix("transfer.") && !$0.hasPrefix("transfer.progress") }
        == ["transfer.started", "transfer.finished"])
    #expect(await stage.conversation.messages.first == DialogueMessage(.caller, "can i speak to a person please"))
  }

  @Test("after a failed transfer the assistant is back with an apology and knows what happened")
  func transferFails() async throws {
    let stage = try await transferring()
    stage.carrier.emit(.transferFinished(.failed(status: 486, reason: "Busy Here")))
    try await stage.wait("apology") {
      stage.wasQueued("I'm sorry, nobody is able to take your call right now.")
        && stage.wasQueued("Can I help you with something else?")
    }
    #expect(stage.carrier.state.policy?.isEnabled == true)
    try await stage.wait("the floor") {
      stage.carrier.send(at: stage.clock.now)
      return await stage.conversation.phase == .listening
    }
    // What was muttered while waiting was asked for and thrown away.
    try await stage.caller("then tell me your address", from: 3000, to: 4000)
    try await stage.wait("answer") { stage.wasQueued("I am here.") }
    let messages = try #require(stage.mind.asked.last?.messages)
    #expect(messages.contains { $0.role == .system && $0.text.contains("486") })
    #expect(messages.last == DialogueMessage(.caller, "then tell me your address"))
    await stage.end()
  }

  @Test("when the far end goes, everything ends with it")
  func farEndGoes() async throws {
    let mind = StandInMind()
    let stage = Stage(mind)
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("tell me a story", from: 100, to: 1000)
    try await stage.wait("question") { mind.asked.count == 1 }
    await stage.end()
    #expect(mind.cancelled == 1)
    #expect(stage.types.last == "ended")
    #expect(await stage.conversation.messages == [DialogueMessage(.caller, "tell me a story")])
  }

  @Test("private values do not show in text")
  func masked() {
    let name = Private("Ana García")
    #expect("\(name) \(String(reflecting: name))" == "••• •••")
    #expect(name.revealed == "Ana García")
    var dumped = ""
    dump(name, to: &dumped)
    #expect(!dumped.contains("Ana"))
  }
}
