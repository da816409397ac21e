import Glibc
import Wire

/// Runs some callers at once on one thread: packets leave on their grid, and what comes is stamped when it can be read.
final class MeasuringThread: @unchecked Sendable {
  struct Result: Sendable {
    var replies: [Double] = []
    var interruptions: [Double] = []
    var unanswered = 0
  }

  private let serverPort: UInt16
  private let sentence: [[UInt8]]
  private let turns: Int
  private let calls: Int
  private let completion: @Sendable (Result) -> Void

  init(
    serverPort: UInt16, sentence: [[UInt8]], turns: Int, calls: Int, completion: @escaping @Sendable (Result) -> Void
  ) {
    self.serverPort = serverPort
    self.sentence = sentence
    self.turns = turns
    self.calls = calls
    self.completion = completion
  }

  func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let measuring = Unmanaged<MeasuringThread>.fromOpaque(context).takeRetainedValue()
        measuring.completion(measuring.run())
        return nil
      }, context)
    pthread_detach(thread)
  }

  private func run() -> Result {
    let signalling = UDPSocket()
    var callers: [MeasuringCaller] = []
    for number in 0..<calls {
      if let caller = MeasuringCaller(
        number: number, serverPort: serverPort, signalling: signalling, sentence: sentence, turns: turns / calls,
        interrupts: true)
      {
        callers.append(caller)
      }
      usleep(137_000)  // so that the callers' grids differ
    }
    let giveUp = monotonicNanoseconds() + Int64(turns / max(1, calls) + 10) * 15_000_000_000
    while callers.contains(where: { !$0.isFinished }), monotonicNanoseconds() < giveUp {
      var next = Int64.max
      for caller in callers { next = min(next, caller.tick()) }
      for caller in callers {
        while let (packet, _) = caller.socket.receive(milliseconds: 0) {
          caller.receive(packet, at: monotonicNanoseconds())
        }
      }
      let wait = min(1_000_000, max(0, next - monotonicNanoseconds()))
      sleepUntil(nanoseconds: monotonicNanoseconds() + min(wait, 500_000))
    }
    var result = Result()
    for caller in callers {
      result.replies += caller.replies
      result.interruptions += caller.interruptions
      result.unanswered += caller.unanswered
      caller.call.hangUp(through: signalling, serverPort: serverPort)
    }
    return result
  }
}
