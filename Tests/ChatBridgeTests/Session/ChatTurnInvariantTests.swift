import struct TestSupport.SeededGenerator
import Store
import Testing

@testable import ChatBridge

@Suite("Turns of a chat under random input")
struct ChatTurnInvariantTests {
  /// A turn with a record of what it was told and what it said.
  private struct World {
    var turn = ChatTurn()
    var now = Timestamp(milliseconds: 1_790_000_000_000)
    /// Answers that were begun and neither ended nor were cancelled.
    var live: Set<Int> = []
    /// Those that were cancelled and may still report something.
    var cancelled: Set<Int> = []
    var started = 0
    /// Whether a message came after the last answer began.
    var more = false
    /// Whether a message came that no answer has dealt with.
    var isOwed = false
    var withdrawn: Set<String> = []
    var fault: String?

    mutating func obey(_ actions: [ChatTurn.Action]) {
      for action in actions {
        switch action {
        case .answer(let number):
          if number <= started { fault = "answer \(number) began after \(started)" }
          started = number
          live.insert(number)
          more = false
          if live.count > 1 { fault = "answers \(live) at once" }
        case .cancel(let number):
          if live.remove(number) == nil { fault = "\(number) was cancelled and does not live" }
          cancelled.insert(number)
        case .withdraw(let answer):
          if !withdrawn.insert(answer).inserted { fault = "\(answer) was withdrawn twice" }
        }
      }
      if isOwed, live.isEmpty, turn.nextDeadline == nil { fault = "an answer is owed without a deadline" }
      if isOwed, turn.isIdle { fault = "an answer is owed and all is idle" }
      if turn.isIdle != (live.isEmpty && turn.nextDeadline == nil) { fault = "idle is not what it seems" }
    }

    mutating func message(burst: Duration) {
      more = true
      isOwed = true
      obey(turn.messageArrived(burst: burst, at: now))
    }

    mutating func end(_ number: Int, _ ending: ChatTurn.Ending) {
      let isCurrent = live.remove(number) != nil
      cancelled.remove(number)
      if isCurrent {
        switch ending {
        case .committed, .nothing: isOwed = more
        case .superseded, .failed: break
        }
      }
      obey(turn.ended(number, ending, more: more, at: now))
    }
  }

  @Test("never two answers at once, and what is owed always has a deadline or an answer under way", arguments: 1...60)
  func invariants(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var world = World()
    for step in 0..<1500 {
      world.now = world.now.advanced(by: .milliseconds(Int.random(in: 0...4000, using: &random)))
      switch Int.random(in: 0..<10, using: &random) {
      case 0...2: world.message(burst: .milliseconds([0, 500, 1500, 30_000].randomElement(using: &random) ?? 0))
      case 3...5: world.obey(world.turn.tick(at: world.now))
      case 6: if let number = world.cancelled.min() { world.end(number, ending(step, &random)) }
      case 7: world.end(Int.random(in: 0...(world.started + 3), using: &random) + 10_000, ending(step, &random))
      default: if let number = world.live.first { world.end(number, ending(step, &random)) }
      }
      if let fault = world.fault {
        Issue.record("seed \(seed), step \(step): \(fault)")
        return
      }
    }
    // Left to itself it comes to rest, with everything answered.
    for _ in 0..<10 {
      if let deadline = world.turn.nextDeadline {
        world.now = max(world.now, deadline)
        world.obey(world.turn.tick(at: world.now))
      }
      if let number = world.live.first { world.end(number, .committed("end \(number)")) }
    }
    #expect(world.turn.isIdle && !world.isOwed && world.fault == nil, "seed \(seed): \(world.fault ?? "no rest")")
  }

  @Test("after every message comes a new attempt at an answer, or one under way is let finish first", arguments: 1...20)
  func everyMessageIsFollowed(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var world = World()
    for _ in 0..<200 {
      world.now = world.now.advanced(by: .milliseconds(Int.random(in: 0...40_000, using: &random)))
      world.message(burst: .milliseconds(1500))
      if Bool.random(using: &random), let deadline = world.turn.nextDeadline {
        world.now = deadline
        world.obey(world.turn.tick(at: world.now))
      }
      let before = world.started
      var attempts = 0
      // Messages stop for a while; the answers fail now and then.
      while !world.turn.isIdle, attempts < 20 {
        attempts += 1
        if let deadline = world.turn.nextDeadline {
          world.now = deadline
          world.obey(world.turn.tick(at: world.now))
        }
        if let number = world.live.first {
          world.end(number, attempts % 3 == 0 ? .failed : .committed("\(number)"))
        }
      }
      guard world.turn.isIdle, !world.isOwed, world.started >= before, world.fault == nil else {
        Issue.record("seed \(seed): \(world.fault ?? "a message stays without an answer")")
        return
      }
    }
  }

  private func ending(_ step: Int, _ random: inout SeededGenerator) -> ChatTurn.Ending {
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1: .committed("answer \(step)")
    case 2: .superseded
    case 3: .nothing
    default: .failed
    }
  }
}
