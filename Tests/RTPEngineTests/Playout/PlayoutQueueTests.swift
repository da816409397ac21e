import Testing

@testable import RTPEngine

/// A queue with its ring, and the packets it gives.
private struct Bench: ~Copyable {
  let storage: PCMRingStorage
  var queue: PlayoutQueue
  var frame = [Int16](repeating: 0, count: 160)

  init(capacity: Int = 65536, rewind: Duration = .milliseconds(200)) {
    storage = PCMRingStorage(minimumCapacity: capacity)
    queue = PlayoutQueue(ring: storage.ring, sampleRate: 8000, frameSamples: 160, rewind: rewind)
  }

  @discardableResult
  func add(_ samples: [Int16]) -> Int { storage.ring.append(samples.span) }

  mutating func take() -> PlayoutQueue.Taken {
    var packet = frame
    var span = packet.mutableSpan
    let taken = queue.take(into: &span)
    frame = packet
    return taken
  }
}

/// Loud samples, each of which tells its own number.
private func ramp(_ count: Int, from first: Int = 0) -> [Int16] {
  (first..<first + count).map { Int16(2000 + $0 % 20000) * ($0 % 2 == 0 ? 1 : -1) }
}

@Suite("Playout queue")
struct PlayoutQueueTests {
  @Test("sound goes out unchanged and in order, silence before and after")
  func plain() {
    var bench = Bench()
    let taken1 = bench.take()
    #expect(taken1 == .init())
    #expect(bench.frame == [Int16](repeating: 0, count: 160))
    bench.add(ramp(320))
    bench.queue.finish(at: 320)
    let taken2 = bench.take()
    #expect(taken2 == .init(becameAudible: true, samples: 160))
    #expect(bench.frame == Array(ramp(320)[..<160]))
    let taken3 = bench.take()
    #expect(taken3 == .init(playedOut: true, samples: 160))
    #expect(bench.frame == Array(ramp(320)[160...]))
    let taken4 = bench.take()
    #expect(taken4 == .init())
    #expect(bench.queue.position == 320)
    #expect(bench.queue.underruns == 0)
  }

  @Test("the first audible packet is told from the silence before it")
  func leadingSilence() {
    var bench = Bench()
    bench.add([Int16](repeating: 3, count: 320) + ramp(160))
    let taken5 = bench.take()
    #expect(!taken5.becameAudible)
    let taken6 = bench.take()
    #expect(!taken6.becameAudible)
    let taken7 = bench.take()
    #expect(taken7.becameAudible)
    #expect(bench.queue.position == 480)
  }

  @Test("running dry is an underrun without finish, and an end with it, even when finish comes late")
  func dry() {
    var bench = Bench()
    bench.add(ramp(160))
    _ = bench.take()
    let taken8 = bench.take()
    #expect(taken8 == .init())
    #expect(bench.queue.underruns == 1)
    bench.queue.finish(at: 160)
    let taken9 = bench.take()
    #expect(taken9.playedOut)
    #expect(!bench.queue.isPlaying)
  }

  @Test("a gap amid sound goes on without a new beginning")
  func gap() {
    var bench = Bench()
    bench.add(ramp(160))
    let taken10 = bench.take()
    #expect(taken10.becameAudible)
    for _ in 0..<5 { _ = bench.take() }
    bench.add(ramp(160))
    let taken11 = bench.take()
    #expect(taken11 == .init(samples: 160))
    for _ in 0..<30 { _ = bench.take() }
    bench.add(ramp(160))
    let taken12 = bench.take()
    #expect(taken12.becameAudible)
    #expect(bench.queue.underruns == 2)
  }

  @Test("finish with nothing queued is an end at once, and only one")
  func emptyFinish() {
    var bench = Bench()
    bench.queue.finish(at: 0)
    let taken13 = bench.take()
    #expect(taken13.playedOut)
    let taken14 = bench.take()
    #expect(!taken14.playedOut)
  }

  @Test("more sound behind a finish defers the end to where that sound ends")
  func finishThenMore() {
    var bench = Bench()
    bench.add(ramp(160))
    bench.queue.finish(at: 160)
    bench.add(ramp(160))
    let taken15 = bench.take()
    #expect(!taken15.playedOut)
    let taken16 = bench.take()
    #expect(!taken16.playedOut)
    bench.queue.finish(at: 320)
    let taken17 = bench.take()
    #expect(taken17.playedOut)
  }

  @Test("a last scrap shorter than a packet is sent, padded with silence")
  func scrap() {
    var bench = Bench()
    bench.add(ramp(170))
    bench.queue.finish(at: 170)
    _ = bench.take()
    let taken18 = bench.take()
    #expect(taken18 == .init(playedOut: true, samples: 10))
    #expect(bench.frame[9] != 0)
    #expect(bench.frame[10] == 0)
    #expect(bench.queue.position == 170)
  }

  @Test("pause fades within 5 ms, keeps the rest, and resume goes back a little before the stop")
  func pauseAndResume() {
    var bench = Bench()
    bench.add(ramp(16000))
    for _ in 0..<25 { _ = bench.take() }
    #expect(bench.queue.position == 4000)
    let wasPlaying = bench.queue.pause()
    #expect(wasPlaying)
    let taken19 = bench.take()
    #expect(taken19.samples == 40)
    #expect(abs(Int(bench.frame[39])) < abs(Int(bench.frame[0])) / 10)
    #expect(bench.frame[40...].allSatisfy { $0 == 0 })
    #expect(bench.queue.position == 4040)
    for _ in 0..<100 {
      let taken = bench.take()
      #expect(taken == .init())
    }
    bench.queue.resume()
    #expect(bench.queue.position == 4040 - 1600)
    let taken21 = bench.take()
    #expect(taken21.becameAudible)
    #expect(Array(bench.frame[40...]) == Array(ramp(16000)[2480..<2600]))
    #expect(bench.queue.position == 2600)
  }

  @Test("resume never goes back behind the beginning of the sound")
  func resumeNearStart() {
    var bench = Bench()
    bench.add(ramp(160))
    bench.queue.finish(at: 160)
    _ = bench.take()
    bench.add(ramp(1600))
    _ = bench.take()
    _ = bench.queue.pause()
    _ = bench.take()
    bench.queue.resume()
    #expect(bench.queue.position == 160)
  }

  @Test("what was sent stays readable for a resume though the producer fills the ring")
  func historySurvives() {
    var bench = Bench(capacity: 8192)
    var added = bench.add(ramp(20000))
    #expect(added == 8192)
    for _ in 0..<40 {
      _ = bench.take()
      added += bench.add(ramp(8192, from: added))
    }
    _ = bench.queue.pause()
    _ = bench.take()
    bench.queue.resume()
    let position = Int(bench.queue.position)
    #expect(position == 6440 - 1600)
    _ = bench.take()
    #expect(Array(bench.frame[40...]) == Array(ramp(160, from: position)[40...]))
  }

  @Test("drop leaves the position where sound was last sent, and what comes later plays at once")
  func drop() {
    var bench = Bench()
    bench.add(ramp(8000))
    for _ in 0..<10 { _ = bench.take() }
    _ = bench.queue.pause()
    _ = bench.take()
    bench.queue.drop(before: 8000)
    #expect(bench.queue.position == 1640)
    let taken22 = bench.take()
    #expect(taken22 == .init())
    bench.add(ramp(160, from: 8000))
    let taken23 = bench.take()
    #expect(taken23.becameAudible)
    #expect(bench.frame == ramp(160, from: 8000))
    #expect(bench.queue.position == 8160)
    #expect(bench.storage.ring.space > 60000)
  }

  @Test("drop amid sound fades out and voids a finish")
  func dropWhilePlaying() {
    var bench = Bench()
    bench.add(ramp(8000))
    bench.queue.finish(at: 8000)
    _ = bench.take()
    bench.queue.drop(before: 8000)
    let taken24 = bench.take()
    #expect(taken24.samples == 40)
    let taken25 = bench.take()
    #expect(taken25 == .init())
    #expect(bench.queue.position == 200)
  }

  @Test("sound queued after a drop was asked for is not dropped with the rest")
  func dropMark() {
    var bench = Bench()
    bench.add(ramp(1600))
    _ = bench.take()
    bench.add(ramp(160, from: 1600))
    bench.queue.drop(before: 1600)
    _ = bench.take()
    let taken26 = bench.take()
    #expect(taken26.samples == 160)
    #expect(bench.frame == ramp(160, from: 1600))
  }

  @Test("any order of calls keeps the position within what was queued")
  func anyOrder() {
    var random = SeededRandom(state: 7)
    var bench = Bench(capacity: 4096)
    for _ in 0..<20000 {
      switch random.next() % 8 {
      case 0: bench.add(ramp(Int(random.next() % 700)))
      case 1: _ = bench.queue.pause()
      case 2: bench.queue.resume()
      case 3: bench.queue.drop(before: bench.storage.ring.end)
      case 4: bench.queue.finish(at: bench.storage.ring.end)
      default: _ = bench.take()
      }
      #expect(bench.queue.position <= bench.storage.ring.end)
      #expect(bench.storage.ring.space >= 0)
    }
  }
}

struct SeededRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
