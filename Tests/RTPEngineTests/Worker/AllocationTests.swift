import Audio
import CAllocCount
import Synchronization
import Testing

@testable import RTPEngine

/// Where the media thread's allocation count lives while it runs.
private final class CounterAddress: Sendable {
  private let address = Atomic<UInt>(0)

  func set() {
    address.store(UInt(bitPattern: alloc_counter_of_this_thread()), ordering: .releasing)
  }

  var count: UInt64? {
    UnsafePointer<UInt64>(bitPattern: address.load(ordering: .acquiring))?.pointee
  }
}

/// Without the optimiser the compiler's own code allocates, so only optimised builds tell. `RealtimeCheck` measures the
/// same in a program of its own, which is quicker to build.
private func isMeasurable() -> Bool {
  var isOptimised = true
  assert(
    {
      isOptimised = false
      return true
    }())
  return isOptimised && alloc_count_is_active() == 1
}

@Suite("Media path", .serialized)
struct AllocationTests {
  @Test(
    "the media thread allocates nothing in steady state", .enabled(if: isMeasurable(), "needs an optimised build"),
    arguments: [LegMode.echo, .conversation])
  func steadyState(mode: LegMode) async throws {
    let counter = CounterAddress()
    let engine = try loopbackEngine(
      mode == .echo ? 8500...8559 : 8560...8619, hooks: .init(begin: { counter.set() }))
    defer { engine.stop() }
    let peers = try (0..<20).map { try LoopbackPeer(ssrc: UInt32($0)) }
    let legs = try peers.map { peer in
      let leg = try engine.openLeg()
      leg.start(LegSession(remote: peer.address), mode: mode)
      return leg
    }
    let readers = legs.map { EventLog($0) }
    // Half of the legs are bridged to each other, and a third is listened to.
    var taps: [TapLog] = []
    for (index, leg) in legs.enumerated() {
      if index % 4 == 0 { leg.bridge(with: legs[index + 1], playout: index % 8 == 0 ? .mixed : .silenced) }
      if index % 3 == 0 { taps.append(TapLog(leg.openTap())) }
    }
    func exchange(_ packets: Int, from first: Int) async throws {
      for index in first..<first + packets {
        for (peer, leg) in zip(peers, legs) {
          // Each peer loses a packet now and then, and speaks for half of the time.
          if index % 17 != 3 { peer.send(peer.packet(index % 50 < 25 ? vowel(index) : silence), to: leg.localPort) }
          if index % 40 == 0 { _ = leg.enqueue(tone(index).span) }
          if index % 40 == 9 { leg.resumePlayout() }
          if index % 40 == 19 { leg.setBridgedPlayout(.mixed) }
        }
        try await Task.sleep(for: .milliseconds(18))
      }
    }
    // The first packets make the runtime load what it loads once.
    try await exchange(100, from: 0)
    let before = try #require(counter.count)
    let ticks = engine.statistics().ticks
    try await exchange(100, from: 100)
    let after = try #require(counter.count)
    #expect(after == before)
    #expect(engine.statistics().ticks > ticks)
    #expect(readers.count == 20)
    #expect(taps.allSatisfy { !$0.frames.isEmpty })
  }

  @Test("the counter counts", .enabled(if: alloc_count_is_active() == 1))
  func counts() {
    let before = alloc_count_of_this_thread()
    let block = UnsafeMutablePointer<UInt64>.allocate(capacity: 1000)
    block.initialize(repeating: 1, count: 1000)
    #expect(alloc_count_of_this_thread() > before)
    block.deallocate()
  }
}
