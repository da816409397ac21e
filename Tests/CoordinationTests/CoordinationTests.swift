import Coordination
import Testing

@Suite("Small machines of lifetimes", .timeLimit(.minutes(1)))
struct CoordinationTests {
  @Test("a signal that is raised many times while its reader is busy wakes it once more")
  func wakeSignal() async {
    let signal = WakeSignal()
    for _ in 0..<100 { signal.raise() }
    signal.finish()
    var wakes = 0
    for await _ in signal.wakes { wakes += 1 }
    #expect(wakes == 1)
  }

  @Test("all who wait at a gate go on when it opens, and whoever comes later does not wait")
  func gate() async {
    let gate = Gate()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<10 { group.addTask { await gate.wait() } }
      gate.open()
      gate.open()
    }
    #expect(gate.isOpen)
    await gate.wait()
  }

  @Test("whoever is cancelled waits at no gate, also if that was before")
  func cancelledGate() async {
    let gate = Gate()
    let waiting = Task { await gate.wait() }
    waiting.cancel()
    await waiting.value
    #expect(!gate.isOpen)
  }

  @Test("the end of a lifetime is waited for; one that never began is not")
  func lifetime() async {
    let lifetime = Lifetime()
    await lifetime.ended()
    let stop = Gate()
    let isOver = Locked(false)
    let begun = Gate()
    let running = Task {
      await lifetime.run {
        begun.open()
        await stop.wait()
        isOver.withLock { $0 = true }
      }
    }
    await begun.wait()
    stop.open()
    await lifetime.ended()
    #expect(isOver.withLock { $0 })
    await running.value
  }

  @Test("a queue does one after the other, in order, and all of it before its end")
  func queue() async {
    let queue = ErrandQueue(limit: 1000)
    let done = Locked<[Int]>([])
    for number in 0..<500 {
      queue.add {
        if number % 7 == 0 { await Task.yield() }
        done.withLock { $0.append(number) }
      }
    }
    await queue.end()
    #expect(done.withLock { $0 } == Array(0..<500))
    #expect(!queue.add {})
  }

  @Test("a reply that nobody gives is its fallback, and only the first counts")
  func reply() async {
    let forgotten: Int = await withCheckedContinuation { _ = Reply($0, fallback: -1) }
    #expect(forgotten == -1)
    let answered: Int = await withCheckedContinuation { continuation in
      let reply = Reply(continuation, fallback: -1)
      reply.send(1)
      reply.send(2)
    }
    #expect(answered == 1)
  }

  @Test("a link does not keep whom it leads to")
  func weakLink() {
    final class Somebody: Sendable {}
    let link = WeakLink<Somebody>()
    #expect(link.object == nil)
    do {
      let somebody = Somebody()
      link.set(somebody)
      #expect(link.object === somebody)
    }
    #expect(link.object == nil)
  }
}
