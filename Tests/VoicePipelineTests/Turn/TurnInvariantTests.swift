import Audio
import Testing
import TestSupport

@testable import VoicePipeline

@Suite("Turn machine under random input")
struct TurnInvariantTests {
  @Test("who is owed an answer has a deadline, and every interruption is dropped or resumed", arguments: 1...40)
  func owedReplyHasDeadline(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var machine = TurnMachine(settings: TurnSettings(), language: "en", hasPerson: seed.isMultiple(of: 2))
    var now = Instant.now
    var isHeld = false
    var position = LinePosition.start
    var isPaused = false
    _ = machine.handle(.started(greets: true), at: now)
    for step in 0..<1500 {
      now = now.advanced(by: .milliseconds(Int.random(in: 0...700, using: &random)))
      let id = machine.speechCount - Int.random(in: 0...1, using: &random)
      let input: TurnInput
      switch Int.random(in: 0..<23, using: &random) {
      case 0: input = .speechStarted(at: now)
      case 1: input = .speechStopped(lastSpeech: now.advanced(by: .milliseconds(-60)))
      case 2: input = .interrupted(at: now, position: position)
      case 3: input = .audible(at: now, position: position)
      case 4: input = .playedOut(at: now, position: position)
      case 5: input = .partial(["hello", "mhm", "", "stop it"].randomElement(using: &random) ?? "")
      case 6, 7: input = .final(["", "yes please", "ok", "a longer text"].randomElement(using: &random) ?? "")
      case 8: input = .recogniserEndOfTurn
      case 9: input = .recognitionRestarted
      case 10, 11, 12:
        let from = position
        position = position.advanced(by: 8000)
        input = .queued(speech: id, from: from, to: position, until: now.advanced(by: .seconds(1)))
      case 13: input = .filled(until: now.advanced(by: .milliseconds(800)))
      case 14, 15: input = .speechFinished(id, then: .listen)
      case 16: input = .speechFailed(id, retryable: Bool.random(using: &random))
      case 17: input = .digit("5")
      case 18: input = .escalationFailed(.notTaken)
      case 19 where step % 10 == 0: input = .escalate(.dialogue(reason: "test"))
      case 20 where step % 10 == 0:
        isHeld.toggle()
        input = .hold(isHeld)
      case 21 where step % 100 == 0: input = .recognitionLost
      default: input = .tick
      }
      if case .interrupted = input { isPaused = true }
      for action in machine.handle(input, at: now) {
        switch action {
        case .dropPlayout, .resumePlayout, .resumeSpeech, .discardSpeech, .endSpeech(_, interrupted: true):
          isPaused = false
        default: break
        }
      }
      if machine.phase == .ended { return }
      if isPaused, machine.phase != .interrupted {
        Issue.record("seed \(seed), step \(step): playout is paused in \(machine.phase)")
        return
      }
      if machine.owesReply, !isHeld, machine.nextDeadline == nil {
        Issue.record("seed \(seed), step \(step): an answer is owed in \(machine.phase) without a deadline")
        return
      }
    }
  }

  @Test("left alone with its deadlines, it always comes to the caller's floor or to an end", arguments: 1...40)
  func deadlinesLeadOut(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var machine = TurnMachine(settings: TurnSettings(), language: "en", hasPerson: false)
    var now = Instant.now
    _ = machine.handle(.started(greets: false), at: now)
    for _ in 0..<Int.random(in: 1...30, using: &random) {
      now = now.advanced(by: .milliseconds(Int.random(in: 0...700, using: &random)))
      let input: TurnInput =
        [
          .speechStarted(at: now), .speechStopped(lastSpeech: now), .partial("hello"), .final("hello"), .tick,
          .interrupted(at: now, position: 10), .queued(speech: machine.speechCount, from: 0, to: 20, until: now),
          .audible(at: now, position: 5),
        ].randomElement(using: &random) ?? .tick
      _ = machine.handle(input, at: now)
    }
    // Nothing comes from anyone any more. 100 steps of deadlines are more than any way out needs.
    for _ in 0..<100 {
      guard let deadline = machine.nextDeadline else { break }
      now = max(now, deadline)
      _ = machine.handle(.tick, at: now)
    }
    #expect(machine.phase == .ended, "seed \(seed) hangs in \(machine.phase)")
  }
}
