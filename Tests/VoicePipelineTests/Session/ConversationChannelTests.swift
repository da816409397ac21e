import Audio
import Coordination
import Testing

@testable import VoicePipeline

/// A second channel that notes what it sends.
private final class StandInMessenger: SideMessenger {
  private let texts = Locked<[String]>([])
  private let failure: SideMessageFailure?

  init(failure: SideMessageFailure? = nil) { self.failure = failure }

  var sent: [String] { texts.withLock { $0 } }

  func send(_ text: String) async throws(SideMessageFailure) {
    if let failure { throw failure }
    texts.withLock { $0.append(text) }
  }
}

@Suite("Conversation beside other channels", .timeLimit(.minutes(2)))
struct ConversationChannelTests {
  private let earlier = [
    DialogueMessage(.caller, "I wrote yesterday."), DialogueMessage(.assistant, "I remember."),
  ]

  /// Speaks to the end what is queued and lets the caller have the floor.
  private func hearOut(_ stage: Stage) async throws {
    try await stage.wait("end of playout asked") { stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.now)
    try await stage.wait(for: .listening)
  }

  @Test("what was said earlier is in the context and is not spoken")
  func history() async throws {
    let stage = Stage(StandInMind { _ in [.text("All right.")] }) { settings in
      settings.history = earlier
      settings.memory = DialogueMemory(text: "{}")
    }
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("and today I call", from: 100, to: 1000)
    try await stage.wait("an answer") { stage.wasQueued("All right.") }
    try await hearOut(stage)
    await stage.end()
    let asked = try #require(stage.mind.asked.first)
    #expect(asked.messages == earlier + [DialogueMessage(.caller, "and today I call")])
    #expect(asked.medium == .phone && asked.abilities == [.transferToHuman, .endConversation])
    #expect(stage.mind.resumed.map(\.memory) == [DialogueMemory(text: "{}")])
    #expect(stage.mind.resumed.map(\.asNewSession) == [true])
    #expect(stage.voice.spoken.filter { $0 == "I remember." }.isEmpty)
    #expect(
      await stage.conversation.messages == [
        DialogueMessage(.caller, "and today I call"), DialogueMessage(.assistant, "All right."),
      ])
    #expect(await stage.conversation.memory == DialogueMemory(text: "1"))
  }

  @Test("a message is sent beside the speech, and the assistant is told")
  func message() async throws {
    let messenger = StandInMessenger()
    let stage = Stage(
      StandInMind { $0.contains("thank") ? [.text("Bye.")] : [.text("I send it."), .sendMessage("Main Street 1")] }
    ) { $0.messenger = messenger }
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("where are you", from: 100, to: 1000)
    try await stage.wait("the message") { stage.types.contains("message.sent") }
    try await hearOut(stage)
    try await stage.caller("thank you", from: 5000, to: 6000)
    try await stage.wait("the second answer") { stage.mind.asked.count == 2 }
    await stage.end()
    #expect(messenger.sent == ["Main Street 1"])
    #expect(stage.mind.asked[0].abilities == [.transferToHuman, .endConversation, .sendMessage])
    #expect(
      stage.mind.asked[1].messages == [
        DialogueMessage(.caller, "where are you"),
        DialogueMessage(.system, "This message was sent to the caller's phone: Main Street 1"),
        DialogueMessage(.assistant, "I send it."), DialogueMessage(.caller, "thank you"),
      ])
    #expect(stage.kinds.contains(.messageSent(Private("Main Street 1"))))
  }

  @Test("a message that can't be sent is reported, and the assistant is told why")
  func messageFailed() async throws {
    let messenger = StandInMessenger(failure: SideMessageFailure(reason: "the window is closed"))
    let stage = Stage(StandInMind { _ in [.text("I send it."), .sendMessage("Main Street 1")] }) {
      $0.messenger = messenger
    }
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("where are you", from: 100, to: 1000)
    try await stage.wait("the failure") {
      stage.kinds.contains(.messageFailed(reason: "the window is closed"))
    }
    try await hearOut(stage)
    await stage.end()
    let facts = await stage.conversation.messages.filter { $0.role == .system }.map(\.text)
    #expect(
      facts == [
        "The message to the caller's phone could not be sent (the window is closed). Tell the caller."
      ])
  }

  @Test("a caller who goes on talking gets no message twice, and the new answer knows of the first")
  func turnGrows() async throws {
    let messenger = StandInMessenger()
    let mind = StandInMind()
    let stage = Stage(mind) { $0.messenger = messenger }
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("send me the address", from: 100, to: 1000)
    try await stage.wait("the question") { mind.asked.count == 1 }
    mind.sink(0)?.yield(.sendMessage("Main Street 1"))
    try await stage.wait("the message") { stage.types.contains("message.sent") }
    // Nothing has been heard of the answer, so that the turn goes on.
    try await stage.caller("by whatsapp", from: 1600, to: 2400)
    try await stage.wait("the second question") { mind.asked.count == 2 }
    mind.sink(1)?.yield(.text("Done."))
    mind.sink(1)?.yield(.sendMessage("Main Street 1"))
    mind.sink(1)?.finish()
    try await stage.wait("an answer") { stage.wasQueued("Done.") }
    try await hearOut(stage)
    await stage.end()
    #expect(messenger.sent == ["Main Street 1"])
    #expect(mind.asked[1].messages.map(\.role) == [.caller, .system])
    #expect(mind.asked[1].messages.first?.text == "send me the address by whatsapp")
    #expect(await stage.conversation.messages.map(\.role) == [.caller, .system, .assistant])
  }

  @Test("buttons and calls mean nothing on the phone, and no message goes out without a channel")
  func ignored() async throws {
    let stage = Stage(
      StandInMind { _ in
        [.text("Hello."), .choices([ReplyChoice(id: "a", title: "a")]), .callCustomer, .sendMessage("x")]
      }
    ) { $0.abilities = Set(DialogueAbility.allCases) }
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("hello", from: 100, to: 1000)
    try await stage.wait("an answer") { stage.wasQueued("Hello.") }
    try await hearOut(stage)
    await stage.end()
    #expect(stage.mind.asked.first?.abilities == [.transferToHuman, .endConversation])
    #expect(!stage.types.contains { $0.hasPrefix("message.") })
    #expect(await stage.conversation.messages.map(\.text) == ["hello", "Hello."])
  }
}
