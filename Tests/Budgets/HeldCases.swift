import Glibc
import Net
import RTPEngine
import SIPStack

let heldCases: [BudgetCase] = [
  BudgetCase("SIP: an established call") {
    .held(count: 200) {
      let start = ContinuousClock.now
      var agent = SIPTexts.agent(at: start)
      for call in 0..<200 { _ = SIPTexts.establish(&agent, call: call, at: start) }
      // Till the transactions are over.
      _ = agent.advance(to: start + .seconds(70))
      guard agent.counters.liveDialogs == 200, agent.counters.liveTransactions == 0 else { throw Unexpected() }
      return Held(agent)
    }
  },
  BudgetCase("media: a leg that waits for sound") {
    .held(count: 32) {
      var configuration = MediaEngineConfiguration()
      configuration.workers = 1
      configuration.bindAddress = .loopback
      configuration.ports = 19400...19799
      let engine = try MediaEngine(configuration)
      let legs = try (0..<32).map { _ in try engine.openLeg() }
      let nobody = SocketEndpoint(.loopback, port: 9)
      for leg in legs { leg.start(LegSession(remote: nobody, canReceive: false)) }
      usleep(200_000)
      return Held(Legs(engine: engine, legs: legs))
    }
  },
]

private final class Legs {
  private let engine: MediaEngine
  private let legs: [MediaLeg]

  init(engine: MediaEngine, legs: [MediaLeg]) {
    self.engine = engine
    self.legs = legs
  }

  deinit { engine.stop() }
}
