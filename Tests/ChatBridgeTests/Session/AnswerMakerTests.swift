import Audio
import Coordination
import Store
import Testing
import VoicePipeline

@testable import ChatBridge

@Suite("Working out answers")
struct AnswerMakerTests {
  private let phrases = ConversationSettings(language: "en").phrases

  private func committed(_ ending: ChatTurn.Ending) -> Bool {
    if case .committed = ending { true } else { false }
  }

  private func failure(_ kind: ProviderError.Kind) -> Result<[ReplyEvent], ProviderError> {
    .failure(ProviderError(kind, provider: "stand-in", message: "no"))
  }

  @Test("what waits is answered in one message, and its questions wait no more")
  func answer() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("Hel"), .text("lo.")])])
    let conversation = try await bench.receive(text: "Hi").conversation
    try await bench.receive(text: "Is anyone there?")
    #expect(committed(try await bench.answer(conversation, bench.account(mind: mind))))
    #expect(try await bench.outbox() == [.text("Hello.")])
    #expect(try await bench.store.pendingMessages(in: conversation).isEmpty)
    #expect(bench.woken.withLock { $0 } == 1)
    let asked = try #require(mind.asked.first)
    #expect(asked.messages.last == DialogueMessage(.caller, "Hi\nIs anyone there?"))
    #expect(asked.messages.first?.text == "The customer's name, as their account shows it: Ana")
    #expect(asked.medium == .chat && asked.abilities == [.offerChoices] && asked.language == "en")
    #expect(bench.events.withLock { $0 }.map(\.type) == ["reply.finished"])
  }

  @Test("where nothing waits nothing happens")
  func nothing() async throws {
    let bench = try ChatBench()
    let account = bench.account()
    let conversation = try await bench.receive(text: "Hi").conversation
    _ = try await bench.answer(conversation, account)
    #expect(try await bench.answer(conversation, account) == .nothing)
    #expect(try await bench.answer("conv_unknown", account) == .nothing)
    #expect(try await bench.outbox().count == 1)
  }

  @Test("a message that comes before the answer is stored supersedes it, and leaves no trace of it")
  func superseded() async throws {
    let bench = try ChatBench()
    let account = bench.account(mind: StandInMind([.success([.text("one")]), .success([.text("both")])]))
    let conversation = try await bench.receive(text: "Hi").conversation
    let ending = try await bench.answer(conversation, account) { _ = try? await bench.receive(text: "and") }
    #expect(ending == .superseded)
    #expect(try await bench.outbox().isEmpty && bench.events.withLock { $0.isEmpty })
    #expect(committed(try await bench.answer(conversation, account)))
    #expect(try await bench.outbox() == [.text("both")])
  }

  @Test("after long work the answer stands, and what came since waits for the next")
  func allowsMore() async throws {
    let bench = try ChatBench()
    let conversation = try await bench.receive(text: "Hi").conversation
    let ending = try await bench.answer(conversation, bench.account(), allowsMore: true) {
      _ = try? await bench.receive(text: "and")
    }
    #expect(committed(ending))
    let waiting = try await bench.store.pendingMessages(in: conversation).map(\.text)
    #expect(waiting == ["and"])
  }

  @Test("the dialogue's memory is kept, and given to the next")
  func memory() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("ok")])])
    let account = bench.account(mind: mind)
    let conversation = try await bench.receive(text: "1").conversation
    _ = try await bench.answer(conversation, account)
    try await bench.receive(text: "2")
    _ = try await bench.answer(conversation, account)
    #expect(mind.resumed == [nil, "+1"] && mind.newSessions == [true, false])
    #expect(try await bench.store.conversation(conversation)?.memory == "+1+1")
  }

  @Test("after a long pause the dialogue begins anew")
  func newSession() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("ok")])])
    let account = bench.account(mind: mind)
    let conversation = try await bench.receive(text: "1").conversation
    _ = try await bench.answer(conversation, account)
    bench.clock.now = bench.clock.now.advanced(by: .seconds(7 * 3600))
    try await bench.receive(text: "2")
    _ = try await bench.answer(conversation, account)
    #expect(mind.newSessions == [true, true])
  }

  @Test("a voice note is answered by a voice note, with its words beside it")
  func voice() async throws {
    let bench = try ChatBench()
    let conversation = try await bench.receiveVoiceNote().conversation
    let mind = StandInMind([.success([.text("First. "), .text("Second.")])])
    let voice = StandInVoice()
    let account = bench.account(mind: mind, voice: voice)
    // As the reader would have found it.
    let message = try #require(try await bench.store.pendingMessages(in: conversation).first)
    try await bench.store.understood(message: message.id, text: "hello", detail: nil, media: nil, at: bench.clock.now)
    #expect(committed(try await bench.answer(conversation, account)))
    #expect(try await bench.outbox() == [.voiceNote(transcript: "First. Second.")])
    #expect(voice.spoken.withLock { $0 } == ["First.", "Second."])
    let item = try await bench.store.due(
      channel: "whatsapp", account: CloudFixture.number, at: bench.clock.now, limit: 1
    ).first
    let media = try #require(item?.media)
    let sound = try #require(try await bench.store.media(media))
    #expect(SoundFormat.of(sound.bytes) == .oggOpus)
  }

  @Test("a wish for a person in a voice note is answered in kind, too", arguments: [true, false])
  func spokenRequest(hasPeople: Bool) async throws {
    let bench = try ChatBench()
    let conversation = try await bench.receiveVoiceNote().conversation
    let account = bench.account(mind: StandInMind([]), voice: StandInVoice())
    let message = try #require(try await bench.store.pendingMessages(in: conversation).first)
    try await bench.store.understood(
      message: message.id, text: "I want to speak to a person", detail: nil, media: nil, at: bench.clock.now)
    #expect(committed(try await bench.answer(conversation, account, hasPeople: hasPeople)))
    let said = hasPeople ? phrases.personWillWrite : phrases.noPerson
    #expect(try await bench.outbox() == [.voiceNote(transcript: said)])
  }

  @Test("what has to be read is written: links, buttons, and what a failing voice can't say")
  func written() async throws {
    let yes = [ReplyChoice(id: "y", title: "Yes")]
    let cases: [(events: [ReplyEvent], fails: Bool, expected: OutgoingContent)] = [
      ([.text("See https://example.com.")], false, .text("See https://example.com.")),
      ([.text("Well?"), .choices(yes)], false, .choices("Well?", yes, open: "See options")),
      ([.text("Hello.")], true, .text("Hello.")),
    ]
    for (events, fails, expected) in cases {
      let bench = try ChatBench()
      let account = bench.account(
        mind: StandInMind([.success(events)]), voice: StandInVoice(fails: fails),
        settings: ChatSettings(answers: .voice))
      let conversation = try await bench.receive(text: "Hi").conversation
      #expect(committed(try await bench.answer(conversation, account)))
      #expect(try await bench.outbox() == [expected])
    }
  }

  @Test("a number stands for the choice of a numbered list")
  func numbered() async throws {
    var limits = ChannelLimits.whatsApp
    (limits.buttons, limits.listRows) = (0, 0)
    let bench = try ChatBench(channel: StandInChannel(limits: limits))
    let choices = [ReplyChoice(id: "a", title: "Invoices"), ReplyChoice(id: "b", title: "Repairs")]
    let mind = StandInMind([.success([.text("What?"), .choices(choices)]), .success([.text("ok")])])
    let account = bench.account(mind: mind)
    let conversation = try await bench.receive(text: "Hi").conversation
    _ = try await bench.answer(conversation, account)
    try await bench.receive(text: " 2 ")
    _ = try await bench.answer(conversation, account)
    #expect(mind.asked.last?.messages.last?.text == "Repairs")
  }

  @Test(
    "a number that stands for no choice stays a number", arguments: ["0", "3", "-1", "99999999999999999999", "2.0"])
  func otherNumbers(text: String) async throws {
    var limits = ChannelLimits.whatsApp
    (limits.buttons, limits.listRows) = (0, 0)
    let bench = try ChatBench(channel: StandInChannel(limits: limits))
    let choices = [ReplyChoice(id: "a", title: "Invoices"), ReplyChoice(id: "b", title: "Repairs")]
    let mind = StandInMind([.success([.choices(choices)]), .success([.text("ok")])])
    let account = bench.account(mind: mind)
    let conversation = try await bench.receive(text: "Hi").conversation
    _ = try await bench.answer(conversation, account)
    try await bench.receive(text: text)
    _ = try await bench.answer(conversation, account)
    #expect(mind.asked.last?.messages.last?.text == text)
  }

  // MARK: People and failures

  @Test("who asks for a person gets one, without the model being asked")
  func person() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("x")])])
    let conversation = try await bench.receive(text: "I want to talk to a human").conversation
    #expect(committed(try await bench.answer(conversation, bench.account(mind: mind), hasPeople: true)))
    #expect(mind.asked.isEmpty)
    #expect(try await bench.outbox() == [.text(phrases.personWillWrite)])
    #expect(try await bench.store.conversation(conversation)?.owner == .queue)
    #expect(bench.events.withLock { $0 }.map(\.type) == ["reply.finished", "escalation.requested"])
    // From here on the assistant keeps quiet.
    try await bench.receive(text: "hello?")
    #expect(try await bench.answer(conversation, bench.account(mind: mind), hasPeople: true) == .nothing)
  }

  @Test("where there is nobody, the customer is told so and the assistant goes on")
  func noPerson() async throws {
    let bench = try ChatBench()
    let transfer = StandInMind([.success([.text("Sorry."), .transferToHuman(reason: "angry")])])
    let conversation = try await bench.receive(text: "This is bad").conversation
    _ = try await bench.answer(conversation, bench.account(mind: transfer))
    #expect(try await bench.outbox() == [.text("Sorry.\n\n" + phrases.noPerson)])
    #expect(try await bench.store.conversation(conversation)?.owner == .assistant)
  }

  @Test("a model that hitches is asked once more")
  func hitch() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([failure(.timedOut), .success([.text("ok")])])
    let conversation = try await bench.receive(text: "Hi").conversation
    #expect(committed(try await bench.answer(conversation, bench.account(mind: mind))))
    #expect(try await bench.outbox() == [.text("ok")] && mind.asked.count == 2)
  }

  @Test("one that fails for good leaves an apology, or a person", arguments: [false, true])
  func failed(hasPeople: Bool) async throws {
    let bench = try ChatBench()
    let mind = StandInMind([failure(.unauthorized)])
    let conversation = try await bench.receive(text: "Hi").conversation
    #expect(committed(try await bench.answer(conversation, bench.account(mind: mind), hasPeople: hasPeople)))
    #expect(try await bench.outbox() == [.text(hasPeople ? phrases.chatFailed : phrases.apology)])
    #expect(try await bench.store.conversation(conversation)?.owner == (hasPeople ? .queue : .assistant))
    #expect(bench.events.withLock { $0 }.first?.type == "provider.failed")
  }

  @Test("what can't be taken is said once, beside the answer to the rest")
  func troubles() async throws {
    let bench = try ChatBench()
    let conversation = try await bench.receive(#""type":"sticker","sticker":{"id":"M"}"#).conversation
    try await bench.receive(#""type":"unsupported""#)
    try await bench.receive(text: "Hi")
    _ = try await bench.answer(conversation, bench.account())
    #expect(try await bench.outbox() == [.text("ok\n\n" + phrases.cannotTake)])
    let other = try ChatBench()
    let alone = try await other.receive(#""type":"sticker","sticker":{"id":"M"}"#).conversation
    let mind = StandInMind([.success([.text("x")])])
    _ = try await other.answer(alone, other.account(mind: mind))
    #expect(try await other.outbox() == [.text(phrases.cannotTake)] && mind.asked.isEmpty)
  }

  // MARK: Calls

  private struct Ringer: CustomerCaller {
    let rung = Locked<[String]>([])
    let fails: Bool

    func call(phone: String, conversation: String, assistant: String) async throws(CustomerCallFailure) {
      rung.withLock { $0.append(phone) }
      if fails { throw CustomerCallFailure("busy") }
    }
  }

  @Test("a customer who wants to be called is rung, and told if that fails", arguments: [false, true])
  func calls(fails: Bool) async throws {
    let bench = try ChatBench()
    let ringer = Ringer(fails: fails)
    let mind = StandInMind([.success([.callCustomer])])
    let conversation = try await bench.receive(text: "Call me").conversation
    _ = try await bench.answer(conversation, bench.account(mind: mind), caller: ringer)
    #expect(ringer.rung.withLock { $0 } == ["15557770000"])
    #expect(mind.asked.first?.abilities == [.offerChoices, .callCustomer])
    let written = try await bench.store.messages(of: conversation, before: nil, limit: 10).map(\.text)
    #expect(written == (fails ? [phrases.callFailed] : []) + [phrases.calling, "Call me"])
  }
}
