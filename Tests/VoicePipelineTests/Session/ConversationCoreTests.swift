import Audio
import FoundationEssentials
import Testing

@testable import VoicePipeline

/// A conversation's core on a time line, with what it had done.
private struct Scene {
  static let origin = Instant.now

  var core: ConversationCore
  var actions: [ConversationAction] = []
  var time = 0
  var played: LinePosition = 0

  init(
    target: String? = "sip:desk@pbx.example", greeting: String = "", readsFreely: Bool = true,
    _ change: (inout ConversationSettings) -> Void = { _ in }
  ) {
    var settings = ConversationSettings(
      language: "en", phrases: AssistantPhrases(language: "en", greeting: greeting))
    settings.escalation.target = target
    change(&settings)
    core = ConversationCore(
      settings: settings, sampleRate: 8000, readsFreely: readsFreely,
      at: Moment(now: Self.origin, date: Date(timeIntervalSince1970: 0), played: 0))
    _ = core.input.opened()
    take { $0.start(at: $1) }
  }

  var moment: Moment { Moment(now: instant(time), date: Date(timeIntervalSince1970: 0), played: played) }
  func instant(_ milliseconds: Int) -> Instant { Self.origin + .milliseconds(milliseconds) }

  /// Has something happen now, and returns what follows.
  @discardableResult
  mutating func take(_ body: (inout ConversationCore, Moment) -> [ConversationAction]) -> [ConversationAction] {
    let done = body(&core, moment)
    actions += done
    return done
  }

  /// Time passes up to `end`, deadline by deadline.
  mutating func pass(to end: Int) {
    while let deadline = core.nextDeadline, deadline <= instant(end) {
      time = max(time, Int((Self.origin.duration(to: deadline) / .milliseconds(1)).rounded(.up)))
      take { $0.tick(at: $1) }
    }
    time = end
  }

  /// The caller says `text` up to `end`, and the recogniser understands it at the end of the turn.
  mutating func caller(_ text: String, from start: Int, to end: Int) {
    time = start
    take { $0.take(.speechStarted(at: $1.now), at: $1) }
    time = end
    take { $0.take(.speechStopped(lastSpeech: $1.now), at: $1) }
    pass(to: end + 500)
    take { $0.take(.final(text, confidence: 0.9), at: $1) }
  }

  /// `sentences` are made of the speech `id` and queued, 100 samples a character; `then` follows.
  mutating func make(_ id: SpeechID, _ sentences: [String], then: AfterSpeech = .listen) {
    var end = played
    for sentence in sentences {
      let isWanted = core.beginSentence(sentence, of: id)
      #expect(isWanted)
      end = end.advanced(by: sentence.count * 100)
      take { $0.queued(sentence.count * 100, upTo: end, of: id, at: $1) }
      _ = core.endSentence(of: id)
    }
    take { $0.ended(id, .finished(then), DialogueKnowledge(facts: 0, wantsMore: false), at: $1) }
  }

  /// All that is queued is heard by `time`.
  mutating func hear(upTo position: LinePosition, by time: Int) {
    take { $0.take(.audible(at: $1.now, position: $0.output.speech?.ledger.start ?? 0), at: $1) }
    pass(to: time)
    played = position
    take { $0.take(.playedOut(at: $1.now, position: position), at: $1) }
  }

  var asked: [(id: SpeechID, context: DialogueContext)] {
    actions.compactMap { if case .ask(let id, let context) = $0 { (id, context) } else { nil } }
  }
  var spoken: [(id: SpeechID, text: String)] {
    actions.compactMap { if case .speak(let id, let text) = $0 { (id, text) } else { nil } }
  }
  var events: [ConversationEvent.Kind] {
    actions.compactMap { if case .emit(let kind) = $0 { kind } else { nil } }
  }
  func count(_ matches: (ConversationAction) -> Bool) -> Int { actions.count(where: matches) }
}

@Suite("A conversation in virtual time")
struct ConversationCoreTests {
  @Test("a turn is asked, answered, heard and remembered, and its times are told")
  func oneTurn() throws {
    var scene = Scene()
    scene.caller("what time is it", from: 100, to: 1000)
    let (id, context) = try #require(scene.asked.first)
    #expect(id == .turn(1) && context.messages == [DialogueMessage(.caller, "what time is it")])
    scene.make(id, ["It is noon."])
    scene.time = 1520
    scene.hear(upTo: 1100, by: 2000)
    #expect(scene.core.turns.phase == .listening)
    #expect(
      scene.core.transcript.messages == [
        DialogueMessage(.caller, "what time is it"), DialogueMessage(.assistant, "It is noon."),
      ])
    #expect(
      scene.events.contains(.replyFinished(speech: 1, heard: Private("It is noon."), wasInterrupted: false)))
    let timing = try #require(
      scene.events.lazy.compactMap { if case .turnTiming(let timing) = $0 { timing } else { nil } }.first)
    #expect(timing.endOfTurnDecided == scene.instant(1500))
    #expect(timing.firstAudibleOut == scene.instant(1520))
  }

  @Test("words that interrupt cancel the making, drop the queue, and leave in the context what was heard")
  func interrupted() throws {
    var scene = Scene()
    scene.caller("when are you open", from: 100, to: 1000)
    scene.make(.turn(1), ["We are open from nine to five."])
    scene.take { $0.take(.audible(at: $1.now, position: 0), at: $1) }
    scene.time = 3000
    scene.played = 2500
    scene.take { $0.take(.speechStarted(at: $1.now), at: $1) }
    scene.take { $0.take(.interrupted(at: $1.now, position: 2500), at: $1) }
    let before = scene.actions.count
    scene.take { $0.take(.partial("no stop"), at: $1) }
    let done = scene.actions[before...].map { String(describing: $0).prefix { $0 != "(" } }
    #expect(done.contains("cancel") && done.contains("dropPlayout"))
    #expect(
      scene.core.transcript.messages.last
        == DialogueMessage(.assistant, "We are open from nine to", wasInterrupted: true))
    // What still comes of it is nobody's.
    let isWanted = scene.core.beginSentence("Ghost.", of: .turn(1))
    #expect(!isWanted)
    #expect(scene.take { $0.queued(100, upTo: 9000, of: .turn(1), at: $1) }.isEmpty)
  }

  @Test("a hand-over announces, transfers when that was heard, and gives the caller back when nobody answers")
  func handOver() throws {
    var scene = Scene()
    scene.caller("let me speak to a person", from: 100, to: 1000)
    #expect(scene.asked.isEmpty)
    let announcement = try #require(scene.spoken.last)
    #expect(announcement.id == .announcement(1))
    scene.make(announcement.id, ["One moment."])
    #expect(scene.count { if case .transfer = $0 { true } else { false } } == 0)
    scene.hear(upTo: 1100, by: 1700)
    #expect(scene.count { if case .transfer("sip:desk@pbx.example") = $0 { true } else { false } } == 1)
    #expect(
      scene.events.contains(.replyFinished(speech: nil, heard: Private("One moment."), wasInterrupted: false)))
    // Ringing in silence, the caller is comforted again and again.
    scene.pass(to: 10_000)
    #expect(scene.count { if case .play(let bridge) = $0 { bridge.purpose == .comfort } else { false } } > 3)
    scene.take { $0.take(.transferFinished(.failed(status: 486, reason: "Busy Here")), at: $1) }
    #expect(scene.spoken.last?.text == scene.core.settings.phrases.transferFailed)
    #expect(scene.core.transcript.messages.contains { $0.role == .system && $0.text.contains("486") })
    let policies = scene.actions.compactMap { if case .arm(let policy) = $0 { policy.isEnabled } else { nil } }
    #expect(policies == [true, false, true])
  }

  @Test("a slow answer is bridged before two seconds of silence, and the bridge's end counts")
  func filler() throws {
    var scene = Scene()
    scene.core.output.prepared(scene.core.settings.phrases.filler, [Int16](repeating: 1, count: 8000))
    scene.caller("a hard question", from: 100, to: 1000)
    scene.pass(to: 2500)
    let bridges = scene.actions.compactMap { if case .play(let bridge) = $0 { bridge } else { nil } }
    #expect(bridges.map(\.samples.count) == [8000])
    let bridge = try #require(bridges.first)
    scene.take { $0.queued(bridge, upTo: 8000, at: $1) }
    // A second of sound, then a second and a half of silence.
    #expect(scene.core.nextDeadline == scene.instant(2500 + 1000 + 1500))
  }

  @Test("a person who takes the caller ends what is said; their words are said for them, and theirs alone")
  func person() throws {
    var scene = Scene()
    scene.caller("when are you open", from: 100, to: 1000)
    scene.make(.turn(1), ["We are open from nine to five."])
    scene.take { $0.take(.audible(at: $1.now, position: 0), at: $1) }
    scene.played = 2500
    scene.take { $0.suspend(at: $1) }
    #expect(scene.take { $0.suspend(at: $1) }.isEmpty)
    #expect(scene.core.isSuspended && scene.core.output.speech == nil)
    let said = scene.core.say("This is Ana.", at: scene.moment)
    #expect(said?.count == 1)
    let waiting = scene.core.say("Later.", at: scene.moment)
    #expect(waiting?.isEmpty == true)
    #expect(scene.core.output.speech?.id == .person(1))
    scene.take { $0.resume(note: "all done", at: $1) }
    #expect(scene.core.output.speech?.id == .turn(2))
    #expect(scene.spoken.last?.text == scene.core.settings.phrases.backWithAssistant)
    #expect(scene.core.transcript.messages.last?.text.hasSuffix("The person's note: all done") == true)
  }

  @Test("a message goes out once however often its turn is answered, and what became of it is a fact")
  func message() {
    struct Messenger: SideMessenger {
      func send(_ text: String) async throws(SideMessageFailure) {}
    }
    var scene = Scene { $0.messenger = Messenger() }
    scene.caller("send it", from: 100, to: 1000)
    var reader = AnswerReader()
    for _ in 0..<2 {
      scene.take { $0.read(.sendMessage("Main Street 1"), of: .turn(1), with: &reader, at: $1).actions }
    }
    #expect(scene.count { if case .send("Main Street 1") = $0 { true } else { false } } == 1)
    scene.take { $0.sent("Main Street 1", SideMessageFailure(reason: "closed"), at: $1) }
    #expect(scene.events.contains(.messageFailed(reason: "closed")))
    #expect(scene.core.transcript.messages(answering: "send it").last?.role == .system)
  }

  @Test("what somebody wrote down may promise; a language model is asked again")
  func promises() {
    let promise = ReplyEvent.text("We will call you back. ")
    for readsFreely in [true, false] {
      var scene = Scene(readsFreely: readsFreely)
      scene.caller("is it ready", from: 100, to: 1000)
      var reader = AnswerReader()
      let (sentences, _) = scene.core.read(promise, of: .turn(1), with: &reader, at: scene.moment)
      #expect(sentences.isEmpty == readsFreely)
      if case .promised(let instruction, _) = reader.outcome {
        #expect(scene.core.retry(of: .turn(1), instruction, said: "")?.messages.last?.role == .system)
        #expect(scene.core.retry(of: .turn(9), instruction, said: "") == nil)
      } else {
        #expect(!readsFreely)
      }
    }
  }

  @Test("without a recogniser the caller is handed over, and what the turn machine gave up on is the reason")
  func deaf() throws {
    var scene = Scene()
    let error = ProviderError(.unreachable, provider: "x", message: "gone")
    scene.take { $0.recognitionDied(error, at: $1) }
    #expect(!scene.core.input.isLost)
    scene.take { $0.recognitionDied(error, at: $1) }
    #expect(scene.core.input.isLost)
    let apology = try #require(scene.spoken.last)
    scene.make(apology.id, ["Sorry."])
    scene.hear(upTo: 600, by: 500)
    let finding = scene.events.lazy.compactMap {
      if case .escalationRequested(_, let finding) = $0 { finding } else { nil }
    }.first
    #expect(finding?.kind == .providerFailure && finding?.reason == GivingUp.recognitionFailed.reason)
  }

  @Test("when it is over nothing is due and nothing is said")
  func over() {
    var scene = Scene(greeting: "Good morning.")
    scene.take { $0.end(at: $1) }
    #expect(scene.core.isOver && scene.core.nextDeadline == nil)
    #expect(scene.core.say("too late", at: scene.moment) == nil)
    #expect(scene.take { $0.suspend(at: $1) }.isEmpty && scene.take { $0.coach("x", at: $1) }.isEmpty)
  }
}
