import Glibc
import Testing

@testable import RTPEngine

@Suite("Rings between threads")
struct RingTests {
  @Test("what is pushed comes out in order, and a full ring refuses")
  func order() {
    let ring = SPSCRing<Int>.allocate(minimumCapacity: 3)
    defer { ring.deallocate() }
    #expect(ring.capacity == 4)
    for value in 0..<4 { #expect(ring.push(value)) }
    #expect(!ring.push(4))
    #expect(ring.pop() == 0)
    #expect(!ring.push(4, reserve: 1))
    #expect(ring.push(4))
    #expect((0..<4).map { _ in ring.pop() } == [1, 2, 3, 4])
    #expect(ring.pop() == nil)
  }

  @Test("nothing is lost or torn between two threads")
  func threads() async {
    let ring = SPSCRing<(Int, Int)>.allocate(minimumCapacity: 64)
    defer { ring.deallocate() }
    let count = 100_000
    async let produced: Void = produce(count, into: ring)
    var expected = 0
    while expected < count {
      guard let (value, check) = ring.pop() else {
        await Task.yield()
        continue
      }
      guard value == expected, check == ~expected else { break }
      expected += 1
    }
    await produced
    #expect(expected == count)
  }

  @concurrent
  private func produce(_ count: Int, into ring: SPSCRing<(Int, Int)>) async {
    var value = 0
    while value < count {
      if ring.push((value, ~value)) { value += 1 } else { await Task.yield() }
    }
  }

  @Test("the latest value is whole and never older than one read before")
  func latest() async {
    let latest = LatestValue((0, 0))
    async let published: Void = publish(50_000, to: latest)
    var last = 0
    while last < 50_000 {
      let (value, check) = latest.read()
      #expect(value == check)
      guard value >= last else {
        Issue.record("went back from \(last) to \(value)")
        break
      }
      last = value
      await Task.yield()
    }
    await published
  }

  @concurrent
  private func publish(_ count: Int, to latest: LatestValue<(Int, Int)>) async {
    for value in 1...count { latest.publish((value, value)) }
  }
}
