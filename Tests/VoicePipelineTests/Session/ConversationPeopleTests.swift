import Audio
import Testing

@testable import VoicePipeline

@Suite("A person in the conversation", .timeLimit(.minutes(2)))
struct ConversationPeopleTests {
  private static let long = "We are open from nine to five. On Sundays we are closed."
  private static let takenOver = "A person has taken over: what the caller says from here on is said to that person."
  private static let givenBack = "The person has given the caller back to you."

  /// A stage on which the first sentence of a long answer is being heard.
  private func speaking() async throws -> Stage {
    let stage = Stage(StandInMind { $0.contains("open") ? [.text(Self.long)] : [.text("All right.")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("when are you open", from: 100, to: 1000)
    try await stage.wait("sound") { stage.wasQueued("On Sundays we are closed.") }
    stage.carrier.send(UInt64(25 * StandInVoice.pace), at: stage.clock.instant(1520))
    try await stage.wait("start") { stage.types.contains("reply.started") }
    return stage
  }

  @Test("a takeover ends what is being said at once; the caller's words go on as transcripts and into the context")
  func suspend() async throws {
    let stage = try await speaking()
    await stage.conversation.suspend()
    let queued = stage.carrier.state.queued
    #expect(queued == stage.carrier.state.sent)
    #expect(stage.carrier.state.policy?.isEnabled == false)
    #expect(await stage.conversation.isSuspended)
    stage.clock.set(5000)
    stage.ears.expect("my card is broken")
    stage.carrier.emit(.speechStarted(at: stage.clock.instant(5000)))
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.instant(6000)))
    stage.carrier.emit(.digit("1"))
    let finishes = stage.ears.finishes
    try await stage.wait("the timer") {
      stage.clock.set(6500)
      return stage.ears.finishes > finishes
    }
    try await stage.wait("the words") { await stage.conversation.messages.last?.text == "my card is broken" }
    // Nobody owes the caller an answer, however long they are silent.
    stage.clock.set(600_000)
    try await Task.sleep(for: .milliseconds(20))
    #expect(stage.carrier.state.queued == queued)
    #expect(stage.mind.asked.count == 1)
    await stage.end()
    #expect(
      await stage.conversation.messages == [
        DialogueMessage(.caller, "when are you open"),
        DialogueMessage(.assistant, "We are open from nine to", wasInterrupted: true),
        DialogueMessage(.system, Self.takenOver), DialogueMessage(.caller, "my card is broken"),
      ])
    #expect(stage.types.filter { $0 == "transcript.final" }.count == 2)
  }

  @Test("an answer that is still being worked out when the person comes is never heard, however late it is ready")
  func late() async throws {
    let stage = Stage()
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("what time is it", from: 100, to: 1000)
    try await stage.wait("the question") { stage.mind.sink(0) != nil }
    await stage.conversation.suspend()
    await stage.conversation.suspend()
    stage.mind.sink(0)?.yield(.text("It is noon. "))
    stage.mind.sink(0)?.yield(.transferToHuman(reason: "late"))
    stage.mind.sink(0)?.finish()
    stage.clock.set(60_000)
    try await Task.sleep(for: .milliseconds(20))
    #expect(stage.carrier.state.pieces.isEmpty)
    #expect(stage.mind.cancelled == 1)
    #expect(stage.carrier.state.transfers.isEmpty)
    await stage.end()
    #expect(await stage.conversation.messages.first == DialogueMessage(.caller, "what time is it"))
    #expect(!stage.types.contains("escalation.requested"))
  }

  @Test("taken in mid-sentence, the caller's words are kept, and the text that was owed is theirs")
  func midSentence() async throws {
    let stage = Stage(ears: StandInEars(answersAtOnce: false))
    stage.begin()
    try await stage.wait(for: .listening)
    stage.clock.set(100)
    stage.carrier.emit(.speechStarted(at: stage.clock.instant(100)))
    try await stage.wait(for: .callerSpeaking)
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.instant(900)))
    try await stage.wait("end of turn") {
      stage.clock.set(1400)
      return await stage.conversation.phase == .awaitingTranscript
    }
    await stage.conversation.suspend()
    stage.ears.hear(.final("i lost my card", confidence: nil))
    try await stage.wait("the words") { await stage.conversation.messages.last?.text == "i lost my card" }
    #expect(stage.mind.asked.isEmpty)
    // One that is asked of the recogniser for the person and comes after the hand-back begins no turn.
    stage.clock.set(3000)
    stage.carrier.emit(.speechStarted(at: stage.clock.instant(2000)))
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.instant(2500)))
    try await stage.wait("the request") { stage.ears.finishes == 2 }
    await stage.conversation.resume()
    #expect(stage.ears.finishes == 3)
    stage.ears.hear(.final("thank you", confidence: nil))
    stage.ears.hear(.final("", confidence: nil))
    try await stage.wait("the phrase") {
      stage.wasQueued("What else can I help you with?") && stage.carrier.state.finished
    }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
    #expect(stage.mind.asked.isEmpty)
    await stage.end()
  }

  @Test("given back, the assistant says so without greeting anew and knows what was said and the person's note")
  func resume() async throws {
    let stage = try await speaking()
    await stage.conversation.suspend()
    stage.ears.hear(.final("my card is broken", confidence: nil))
    try await stage.wait("the words") { await stage.conversation.messages.last?.text == "my card is broken" }
    await stage.conversation.resume(note: "new card ordered")
    #expect(await !stage.conversation.isSuspended)
    try await stage.wait("the phrase") {
      stage.wasQueued("What else can I help you with?") && stage.carrier.state.finished
    }
    #expect(stage.carrier.state.policy?.isEnabled == true)
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
    try await stage.caller("when does it come", from: 3000, to: 4000)
    try await stage.wait("the question") { stage.mind.asked.count == 2 }
    let asked = stage.mind.asked[1].messages
    #expect(
      Array(asked.suffix(5)) == [
        DialogueMessage(.system, Self.takenOver), DialogueMessage(.caller, "my card is broken"),
        DialogueMessage(.system, Self.givenBack + " The person's note: new card ordered"),
        DialogueMessage(.assistant, "I'm back with you. What else can I help you with?"),
        DialogueMessage(.caller, "when does it come"),
      ])
    try await stage.wait("the answer") { stage.wasQueued("All right.") }
    await stage.end()
  }

  @Test("speech that began before the person came and ended while they were there is no turn when the caller is back")
  func speechAcross() async throws {
    let stage = Stage()
    stage.begin()
    try await stage.wait(for: .listening)
    stage.clock.set(100)
    stage.carrier.emit(.speechStarted(at: stage.clock.instant(100)))
    try await stage.wait(for: .callerSpeaking)
    await stage.conversation.suspend()
    let finishes = stage.ears.finishes
    stage.carrier.emit(.speechStopped(lastSpeech: stage.clock.instant(900)))
    try await stage.wait("the request") {
      stage.clock.set(1400)
      return stage.ears.finishes > finishes
    }
    await stage.conversation.resume()
    try await stage.wait("the phrase") {
      stage.wasQueued("What else can I help you with?") && stage.carrier.state.finished
    }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
    await stage.end()
  }

  @Test("a person's words are spoken for them, one after the other, also while they have the caller")
  func say() async throws {
    let stage = try await speaking()
    await stage.conversation.suspend()
    #expect(await stage.conversation.say("This is Ana."))
    #expect(await stage.conversation.say("I will call you back."))
    #expect(await !stage.conversation.say(" \n"))
    try await stage.wait("the first") { stage.wasQueued("This is Ana.") && stage.carrier.state.finished }
    #expect(!stage.wasQueued("I will call you back."))
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait("the second") { stage.wasQueued("I will call you back.") && stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.now)
    let spoken = DialogueMessage(.system, "The person said to the caller: I will call you back.")
    try await stage.wait("heard") { await stage.conversation.messages.last == spoken }
    #expect(stage.kinds.contains(.personSpoke(Private("This is Ana."))))
    // A voice that fails does not hold up what waits.
    stage.voice.fail(on: "Broken.")
    #expect(await stage.conversation.say("Broken."))
    #expect(await stage.conversation.say("Whole."))
    try await stage.wait("the one behind it") { stage.wasQueued("Whole.") }
    // Given back, what was not heard is not said.
    await stage.conversation.resume()
    try await stage.wait("the phrase") { stage.wasQueued("I'm back with you.") }
    await stage.end()
    #expect(await !stage.conversation.messages.contains { $0.text.contains("Whole") })
    #expect(await !stage.conversation.say("too late"))
  }

  @Test("what a colleague tells the assistant counts from the next answer on and is not heard")
  func coach() async throws {
    let stage = Stage(StandInMind { _ in [.text("All right.")] })
    stage.begin()
    try await stage.wait(for: .listening)
    await stage.conversation.coach("Offer ten percent.")
    await stage.conversation.coach("  ")
    #expect(stage.carrier.state.pieces.isEmpty)
    try await stage.caller("what does it cost", from: 100, to: 1000)
    try await stage.wait("the answer") { stage.wasQueued("All right.") }
    let told = stage.mind.asked.first?.messages.first
    #expect(
      told
        == DialogueMessage(.system, "Instruction from a colleague, which the caller does not hear: Offer ten percent."))
    await stage.end()
  }

  @Test("a person who comes by themselves while one is being called ends the call for one, and the next can be called")
  func duringEscalation() async throws {
    let stage = Stage()
    stage.begin()
    try await stage.wait(for: .listening)
    await stage.conversation.escalate(reason: "test")
    try await stage.wait("the announcement") { !stage.carrier.state.pieces.isEmpty }
    #expect(await !stage.conversation.say("ignored"))
    await stage.conversation.suspend()
    #expect(stage.carrier.state.queued == stage.carrier.state.sent)
    stage.clock.set(120_000)
    try await Task.sleep(for: .milliseconds(20))
    #expect(stage.carrier.state.transfers.isEmpty)
    await stage.conversation.resume()
    try await stage.wait("the phrase") {
      stage.wasQueued("What else can I help you with?") && stage.carrier.state.finished
    }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
    let queued = stage.carrier.state.queued
    await stage.conversation.escalate(reason: "again")
    try await stage.wait("the announcement") {
      stage.carrier.state.queued > queued && stage.carrier.state.finished
    }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait("the transfer") { stage.carrier.state.transfers == ["sip:desk@pbx.example"] }
    await stage.end()
  }

  @Test(
    "taken before it has begun, the assistant does not greet; given back without having been taken, nothing happens")
  func order() async throws {
    let stage = Stage(greeting: "Good morning.")
    await stage.conversation.resume(note: "nothing")
    await stage.conversation.suspend()
    stage.begin()
    try await stage.wait("the ears") { stage.ears.opened == 1 }
    stage.clock.set(30_000)
    try await Task.sleep(for: .milliseconds(20))
    #expect(stage.carrier.state.pieces.isEmpty)
    await stage.end()
    await stage.conversation.resume()
    await stage.conversation.suspend()
    #expect(stage.carrier.state.pieces.isEmpty)
  }

  @Test("listening to a caller who is with a person asks for a text at each pause, and now and then in a long speech")
  func overhearing() {
    let start = ContinuousClock.now
    func at(_ seconds: Double) -> Instant { start + .seconds(seconds) }
    var listener = Overhearing(silence: .milliseconds(500), longest: .seconds(30), isSpeaking: false, at: start)
    #expect(listener.nextDeadline == nil)
    listener.speechStarted(at: at(1))
    #expect(listener.nextDeadline == at(31))
    listener.speechStopped(lastSpeech: at(2))
    #expect(listener.nextDeadline == at(2.5))
    listener.speechStarted(at: at(2.4))
    let early = listener.tick(at: at(2.6))
    let long = listener.tick(at: at(31))
    #expect(!early && long)
    #expect(listener.nextDeadline == at(61))
    listener.speechStopped(lastSpeech: at(40))
    let pause = listener.tick(at: at(40.5))
    let nothing = listener.tick(at: at(99))
    #expect(pause && !nothing)
    #expect(listener.owed == 2)
    for _ in 0..<3 { listener.received() }
    #expect(listener.owed == 0)
  }
}
