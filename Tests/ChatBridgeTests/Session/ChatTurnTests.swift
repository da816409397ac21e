import Store
import Testing

@testable import ChatBridge

@Suite("When a customer is answered")
struct ChatTurnTests {
  private static let burst = Duration.milliseconds(1500)
  private var turn = ChatTurn()

  private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_790_000_000_000 + milliseconds) }

  /// Brings the turn to where answer `number` is being worked out, since the message at 0.
  private mutating func answering() {
    _ = turn.messageArrived(burst: Self.burst, at: at(0))
    #expect(turn.tick(at: at(1500)) == [.answer(1)])
  }

  @Test("a message is answered once its customer has paused")
  mutating func single() {
    #expect(turn.isIdle && turn.nextDeadline == nil)
    #expect(turn.messageArrived(burst: Self.burst, at: at(0)).isEmpty)
    #expect(turn.nextDeadline == at(1500) && !turn.isIdle)
    #expect(turn.tick(at: at(1499)).isEmpty)
    #expect(turn.tick(at: at(1500)) == [.answer(1)])
    #expect(turn.nextDeadline == nil && !turn.isIdle)
    #expect(turn.ended(1, .committed("a"), more: false, at: at(2000)).isEmpty)
    #expect(turn.isIdle && turn.nextDeadline == nil)
  }

  @Test("a burst of messages is one turn")
  mutating func burst() {
    for time: Int64 in [0, 1000, 2000, 3000] {
      _ = turn.messageArrived(burst: Self.burst, at: at(time))
      #expect(turn.tick(at: at(time)).isEmpty)
    }
    #expect(turn.nextDeadline == at(4500))
    #expect(turn.tick(at: at(4500)) == [.answer(1)])
    #expect(turn.tick(at: at(9000)).isEmpty)
  }

  @Test("who never stops writing is answered after half a minute")
  mutating func longestGathering() {
    for time in stride(from: Int64(0), through: 29_000, by: 1000) {
      _ = turn.messageArrived(burst: Self.burst, at: at(time))
    }
    _ = turn.messageArrived(burst: Self.burst, at: at(29_500))
    #expect(turn.nextDeadline == at(30_000))
    #expect(turn.tick(at: at(30_000)) == [.answer(1)])
  }

  @Test("a message without a pause behind it, as a tap is, starts at once; one in a burst does not shorten the wait")
  mutating func noBurst() {
    _ = turn.messageArrived(burst: .zero, at: at(0))
    #expect(turn.nextDeadline == at(0))
    _ = turn.messageArrived(burst: Self.burst, at: at(0))
    _ = turn.messageArrived(burst: .zero, at: at(100))
    #expect(turn.nextDeadline == at(1500))
  }

  @Test("a message that comes while its answer is worked out cancels that, and both are answered together")
  mutating func messageWhileAnswering() {
    answering()
    #expect(turn.messageArrived(burst: Self.burst, at: at(3000)) == [.cancel(1)])
    #expect(turn.nextDeadline == at(4500))
    #expect(turn.ended(1, .superseded, more: true, at: at(3100)).isEmpty)
    #expect(turn.tick(at: at(4500)) == [.answer(2)])
  }

  @Test("after half a minute an answer is finished although more has come, and what came is the next turn")
  mutating func messageAfterLongWork() {
    answering()
    #expect(!turn.allowsMore(1, at: at(29_999)))
    #expect(turn.allowsMore(1, at: at(30_000)))
    #expect(!turn.allowsMore(2, at: at(30_000)))
    #expect(turn.messageArrived(burst: Self.burst, at: at(30_000)).isEmpty)
    #expect(turn.ended(1, .committed("a"), more: true, at: at(31_000)).isEmpty)
    #expect(turn.nextDeadline == at(31_000))
    #expect(turn.tick(at: at(31_000)) == [.answer(2)])
    // The new turn has its own half minute.
    #expect(!turn.allowsMore(2, at: at(31_001)))
  }

  @Test("how long the customer has waited counts from the first message, however often the answer begins anew")
  mutating func waitSurvivesCancellation() {
    answering()
    _ = turn.messageArrived(burst: Self.burst, at: at(20_000))
    #expect(turn.tick(at: at(21_500)) == [.answer(2)])
    #expect(turn.allowsMore(2, at: at(30_000)))
    #expect(turn.messageArrived(burst: Self.burst, at: at(30_001)).isEmpty)
  }

  @Test("a message after the answer was stored takes the answer back")
  mutating func messageAfterCommit() {
    answering()
    _ = turn.ended(1, .committed("a"), more: false, at: at(2000))
    #expect(turn.messageArrived(burst: Self.burst, at: at(2500)) == [.withdraw("a")])
    #expect(turn.tick(at: at(4000)) == [.answer(2)])
  }

  @Test("an answer that was stored although it had been cancelled is taken back")
  mutating func lateCommit() {
    answering()
    _ = turn.messageArrived(burst: Self.burst, at: at(1800))
    #expect(turn.ended(1, .committed("late"), more: true, at: at(1900)) == [.withdraw("late")])
    #expect(turn.nextDeadline == at(3300))
    #expect(turn.tick(at: at(3300)) == [.answer(2)])
    #expect(turn.ended(1, .committed("later"), more: true, at: at(3400)) == [.withdraw("later")])
    #expect(turn.ended(2, .committed("b"), more: false, at: at(3500)).isEmpty)
  }

  @Test("one that is reported after the next was stored stands: the next knew of it")
  mutating func veryLateCommit() {
    answering()
    _ = turn.messageArrived(burst: Self.burst, at: at(1800))
    #expect(turn.tick(at: at(3300)) == [.answer(2)])
    _ = turn.ended(2, .committed("b"), more: false, at: at(4000))
    #expect(turn.ended(1, .committed("a"), more: false, at: at(5000)).isEmpty)
    #expect(turn.messageArrived(burst: .zero, at: at(6000)) == [.withdraw("b")])
  }

  @Test(
    "how a cancelled answer ends otherwise changes nothing", arguments: [ChatTurn.Ending.superseded, .nothing, .failed])
  mutating func lateEnding(ending: ChatTurn.Ending) {
    answering()
    _ = turn.messageArrived(burst: Self.burst, at: at(1800))
    #expect(turn.ended(1, ending, more: true, at: at(1900)).isEmpty)
    #expect(turn.nextDeadline == at(3300))
  }

  @Test("failures are tried again after 1, 2, 4 seconds and so on up to a minute, and a success forgets them")
  mutating func failures() {
    answering()
    var now: Int64 = 2000
    var number = 1
    for pause: Int64 in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
      _ = turn.ended(number, .failed, more: false, at: at(now))
      now += pause * 1000
      #expect(turn.nextDeadline == at(now))
      number += 1
      #expect(turn.tick(at: at(now)) == [.answer(number)])
    }
    _ = turn.ended(number, .committed("a"), more: true, at: at(now))
    _ = turn.tick(at: at(now))
    _ = turn.ended(number + 1, .failed, more: true, at: at(now))
    #expect(turn.nextDeadline == at(now + 1000))
  }

  @Test("a thousand failures do not overflow")
  mutating func manyFailures() {
    _ = turn.messageArrived(burst: .zero, at: at(0))
    var now = at(0)
    for number in 1...1000 {
      #expect(turn.tick(at: now) == [.answer(number)])
      _ = turn.ended(number, .failed, more: false, at: now)
      now = turn.nextDeadline ?? now
    }
    #expect(!turn.isIdle)
  }

  @Test("an answer that the store found superseded begins anew at once")
  mutating func superseded() {
    answering()
    #expect(turn.ended(1, .superseded, more: false, at: at(2000)).isEmpty)
    #expect(turn.nextDeadline == at(2000))
    #expect(turn.tick(at: at(2000)) == [.answer(2)])
  }

  @Test("when there was nothing to answer it is over, unless more has come")
  mutating func nothing() {
    answering()
    _ = turn.ended(1, .nothing, more: true, at: at(2000))
    #expect(turn.tick(at: at(2000)) == [.answer(2)])
    _ = turn.ended(2, .nothing, more: false, at: at(3000))
    #expect(turn.isIdle)
    #expect(turn.messageArrived(burst: .zero, at: at(4000)).isEmpty)
  }

  @Test("times at the ends of time and negative pauses do not trap", arguments: [Int64.min, -1, 0, .max])
  mutating func extremes(milliseconds: Int64) {
    let time = Timestamp(milliseconds: milliseconds)
    _ = turn.messageArrived(burst: .seconds(-5), at: time)
    #expect(turn.nextDeadline == time)
    _ = turn.messageArrived(burst: .seconds(Int64.max), at: time)
    _ = turn.tick(at: Timestamp(milliseconds: .max))
    _ = turn.ended(1, .failed, more: false, at: time)
    #expect(turn.nextDeadline != nil)
  }
}
