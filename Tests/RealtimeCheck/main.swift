import Audio
import Glibc
import Net
import RTPEngine
import Synchronization

#if canImport(CAllocCount)
  import CAllocCount
#endif

// Legs that talk to each other over loopback for some seconds, with all that can be asked of a leg. Built in two ways:
//
// - linked with the realtime sanitizer, which ends the program at the first allocation, lock or blocking call on a media
//   thread;
// - with CAllocCount, which counts what the media thread allocates: nothing may come after the first second.

/// Where the media thread's allocation count lives.
let counterAddress = Atomic<UInt>(0)

func allocations() -> UInt64? {
  UnsafePointer<UInt64>(bitPattern: counterAddress.load(ordering: .acquiring))?.pointee
}

let hooks = MediaThreadHooks(begin: {
  #if canImport(CAllocCount)
    counterAddress.store(UInt(bitPattern: alloc_counter_of_this_thread()), ordering: .releasing)
  #endif
})

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3
var configuration = MediaEngineConfiguration()
configuration.workers = 1
configuration.bindAddress = .loopback
configuration.ports = 19000...19399
configuration.mediaTimeout = .seconds(1)

/// A loud packet's worth of a triangle wave, which is enough of a voice to be played and heard.
let sound = (0..<16000).map { Int16(truncatingIfNeeded: abs($0 * 300 % 24000 - 12000) - 6000) }

do {
  let engine = try MediaEngine(configuration, hooks: hooks)
  var readers: [Task<Int, Never>] = []
  var legs: [MediaLeg] = []
  for index in 0..<20 {
    let caller = try engine.openLeg()
    let answerer = try engine.openLeg()
    let toAnswerer = SocketEndpoint(.loopback, port: answerer.localPort)
    let toCaller = SocketEndpoint(.loopback, port: caller.localPort)
    caller.start(LegSession(remote: toAnswerer))
    // Every fourth has a peer that never answers, for the time-out.
    if index % 4 != 3 { answerer.start(LegSession(remote: toCaller), mode: index % 2 == 0 ? .echo : .conversation) }
    caller.arm(InterruptionPolicy(speech: .milliseconds(40)))
    for leg in [caller, answerer] {
      readers.append(
        Task {
          var count = 0
          for await _ in leg.events { count += 1 }
          return count
        })
    }
    if index % 3 == 0 {
      readers.append(
        Task {
          var count = 0
          for await _ in caller.openTap() { count += 1 }
          return count
        })
    }
    legs += [caller, answerer]
  }
  var allocatedAtFirst: UInt64?
  for round in 0..<seconds * 5 {
    if round == 5 { allocatedAtFirst = allocations() }
    for (index, leg) in legs.enumerated() {
      _ = leg.enqueue(sound.span.extracting(first: 1600 + round * 10))
      if index % 4 == 0 {
        let other = legs[(index + 2) % legs.count]
        switch round % 4 {
        case 0: leg.bridge(with: other, playout: .mixed)
        case 1: leg.setBridgedPlayout(.silenced)
        case 2 where index % 8 == 0: leg.unbridge()
        default: break
        }
      }
      switch (round + index) % 6 {
      case 0: leg.finishPlayout()
      case 1: leg.send(digits: "1#")
      case 2: leg.dropPlayout()
      default: leg.resumePlayout()
      }
    }
    usleep(200_000)
  }
  let statistics = engine.statistics()
  let allocated = allocations()
  engine.stop()
  var events = 0
  for reader in readers { events += await reader.value }
  print("\(statistics.sent) packets sent, \(statistics.received) received, \(events) events")
  if let allocated, let allocatedAtFirst {
    print("\(allocated - allocatedAtFirst) allocations by the media thread")
    if allocated != allocatedAtFirst { exit(1) }
  }
  exit(statistics.received > 0 && events > 0 ? 0 : 1)
} catch {
  print("\(error)")
  exit(2)
}
