import Audio
import Coordination
import Testing

@testable import VoicePipeline

/// Something that takes its time to end, whatever is cancelled.
private final class Lingerer: Sendable {
  private let state = Locked((begun: 0, ended: 0))
  var begun: Int { state.withLock { $0.begun } }
  var ended: Int { state.withLock { $0.ended } }

  func run() async {
    state.withLock { $0.begun += 1 }
    do { try await Task.sleep(for: .seconds(3600)) } catch {}
    for _ in 0..<200 { await Task.yield() }
    state.withLock { $0.ended += 1 }
  }
}

/// Ears whose recognition has something to do after it was closed.
private struct LingeringEars: SpeechToText {
  let name = "lingering"
  let lingerer: Lingerer

  final class Recognition: SpeechRecognition {
    let output = RecognitionEvents()
    let tasks = TaskOwner()
    init(_ lingerer: Lingerer) { tasks.start { await lingerer.run() } }
    var events: AsyncStream<RecognitionEvent> { output.stream }
    func send(_ frame: AudioFrame) {}
    func finishUtterance() {}
    func update(hint: RecognitionHint?) {}
    func close() { tasks.cancelAll() }
    func ended() async { await tasks.end() }
  }

  func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    Recognition(lingerer)
  }
}

@Suite("The end of a conversation", .timeLimit(.minutes(1)))
struct ConversationEndTests {
  private struct Messenger: SideMessenger {
    let lingerer: Lingerer
    func send(_ text: String) async throws(SideMessageFailure) { await lingerer.run() }
  }

  private struct Judge: EscalationClassifier {
    let lingerer: Lingerer
    func judge(_ turns: [EvidenceItem]) async throws -> EscalationVerdict {
      await lingerer.run()
      return .goOn
    }
  }

  @Test("it does not return before all that it started has ended: messages, judges, recognitions")
  func waits() async throws {
    let (messages, judges, recognitions) = (Lingerer(), Lingerer(), Lingerer())
    let mind = StandInMind(classifier: Judge(lingerer: judges)) { _ in [.text("I send it."), .sendMessage("Street 1")] }
    let carrier = StandInCarrier()
    let clock = VirtualClock()
    var settings = ConversationSettings(language: "en", phrases: AssistantPhrases(language: "en", greeting: "Hello."))
    settings.escalation.target = "sip:desk@pbx.example"
    settings.messenger = Messenger(lingerer: messages)
    let conversation = Conversation(
      id: "test", settings: settings, carrier: carrier,
      providers: ConversationProviders(stt: LingeringEars(lingerer: recognitions), llm: mind, tts: StandInVoice()),
      clock: clock)
    let run = Task { await conversation.run() }
    while await conversation.recognition == nil { await Task.yield() }
    // The caller presses a key, and the answer to it sends a message.
    carrier.emit(.digit("1"))
    carrier.emit(.digit("#"))
    while messages.begun == 0 || judges.begun == 0 || recognitions.begun == 0 { await Task.yield() }
    #expect(messages.ended + judges.ended + recognitions.ended == 0)
    carrier.emit(.ended(reason: "far end hung up"))
    carrier.end()
    await run.value
    #expect(messages.ended == messages.begun && judges.ended == judges.begun)
    #expect(recognitions.ended == recognitions.begun)
  }

  @Test("a recognition that died is waited for, too, though its successor is not kept waiting by it")
  func deadRecognition() async throws {
    let lingerer = Lingerer()
    let carrier = StandInCarrier()
    let conversation = Conversation(
      id: "test", settings: ConversationSettings(language: "en"), carrier: carrier,
      providers: ConversationProviders(
        stt: LingeringEars(lingerer: lingerer), llm: StandInMind(), tts: StandInVoice()), clock: VirtualClock())
    let run = Task { await conversation.run() }
    while await conversation.recognition == nil { await Task.yield() }
    let first = await conversation.recognition as? LingeringEars.Recognition
    first?.output.finish()
    while lingerer.begun < 2 { await Task.yield() }
    carrier.end()
    await run.value
    #expect(lingerer.ended == 2)
  }

  @Test("a reader of events that is thousands behind loses the oldest, which are counted, and hears the end")
  func slowReader() async throws {
    let stage = Stage()
    let run = Task { await stage.conversation.run() }
    try await stage.wait("the ears") { stage.ears.opened == 1 }
    for number in 0..<1000 { stage.ears.hear(.partial("word \(number)")) }
    for number in 0..<4000 { stage.carrier.emit(.hold(number.isMultiple(of: 2))) }
    for number in 0..<4000 { stage.ears.hear(.partial("more \(number)")) }
    try await stage.wait("what is lost") { await stage.conversation.droppedEvents > 0 }
    stage.carrier.end()
    await run.value
    var last: ConversationEvent?
    var count = 0
    for await event in stage.conversation.events {
      last = event
      count += 1
    }
    #expect(count == 4096)
    #expect(last?.type == "ended")
  }
}
