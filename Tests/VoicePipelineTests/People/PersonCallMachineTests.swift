import Audio
import Testing

@testable import VoicePipeline

/// A machine with a clock that the test moves, and all that it asked for.
private struct Bench {
  private(set) var machine: PersonCallMachine
  private(set) var now = ContinuousClock.now

  init(_ settings: PersonCallSettings = PersonCallSettings()) {
    machine = PersonCallMachine(settings: settings, at: now)
  }

  mutating func take(_ input: PersonCallInput, after seconds: Double = 0) -> [PersonCallAction] {
    now += .seconds(seconds)
    return machine.handle(input, at: now)
  }

  /// Lets time pass to the next deadline.
  mutating func wait() -> [PersonCallAction] {
    guard let deadline = machine.nextDeadline else { return [] }
    now = deadline
    return machine.handle(.tick, at: now)
  }

  /// Up to where the person has the caller.
  mutating func connect() {
    _ = take(.answered, after: 3)
    _ = take(.digit("1"), after: 1)
    _ = take(.claimed, after: 1)
  }
}

@Suite("A call to a person")
struct PersonCallMachineTests {
  @Test("answered, told who calls, and taken by 1: claimed before anything is connected")
  func taken() {
    var bench = Bench()
    #expect(bench.take(.progress(status: 180), after: 1) == [.report(status: 180)])
    #expect(bench.take(.digit("1")) == [])
    #expect(bench.take(.answered, after: 4) == [.announce(.offer)])
    #expect(bench.take(.announced, after: 8) == [])
    #expect(bench.take(.digit("7")) == [])
    #expect(bench.take(.digit("1"), after: 2) == [.silence, .claim])
    #expect(!bench.machine.isConnected)
    #expect(bench.take(.digit("1")) == [])
    #expect(bench.take(.claimed) == [.connect])
    #expect(bench.machine.isConnected && bench.machine.nextDeadline == nil)
    #expect(
      bench.take(.personEnded(status: nil), after: 600) == [
        .disconnect, .handBack, .finish(.returned(byHangingUp: true)),
      ])
    #expect(bench.machine.isFinished)
  }

  @Test("the offer is made twice, then given up; a person may choose while it is spoken")
  func noChoice() {
    var bench = Bench()
    _ = bench.take(.answered, after: 2)
    _ = bench.take(.announced, after: 8)
    #expect(bench.wait() == [.announce(.offer)])
    // A voice that never ends is not waited for.
    #expect(bench.wait() == [])
    #expect(bench.wait() == [.hangUpPerson("no choice was made"), .finish(.declined(.noChoice))])
    #expect(bench.machine.nextDeadline == nil)

    var other = Bench()
    _ = other.take(.answered)
    #expect(other.take(.digit("2")) == [.silence, .hangUpPerson("declined"), .finish(.declined(.pressedTwo))])
  }

  @Test("nobody answers, the line is busy, or the person hangs up at once")
  func notAnswered() {
    var bench = Bench()
    #expect(bench.wait() == [.hangUpPerson("nobody answered"), .finish(.notAnswered(status: 408))])
    #expect(bench.take(.personEnded(status: 487)) == [])
    var busy = Bench()
    #expect(busy.take(.personEnded(status: 486)) == [.finish(.notAnswered(status: 486))])
    var curt = Bench()
    _ = curt.take(.answered)
    #expect(curt.take(.personEnded(status: nil)) == [.finish(.declined(.hungUp))])
  }

  @Test("of two who press 1 the slower is told, and never connected")
  func tooLate() {
    var bench = Bench()
    _ = bench.take(.answered)
    _ = bench.take(.digit("1"))
    #expect(bench.take(.claimRefused(taken: true)) == [.announce(.taken)])
    #expect(bench.take(.announced, after: 3) == [.hangUpPerson("said good-bye"), .finish(.notClaimed(taken: true))])
    // A claim that takes too long is refused, and given back when it comes through after all.
    var slow = Bench()
    _ = slow.take(.answered)
    _ = slow.take(.digit("1"))
    #expect(slow.wait() == [.announce(.failed)])
    #expect(slow.take(.claimed) == [.releaseClaim])
    #expect(slow.wait() == [.hangUpPerson("over"), .finish(.notClaimed(taken: false))])
  }

  @Test("a caller who hangs up first: the person is told, or their call ends with the caller's")
  func callerGone() {
    var ringing = Bench()
    #expect(
      ringing.take(.callerEnded) == [
        .hangUpPerson("the caller hung up"), .finish(.callerGone(wasConnected: false)),
      ])
    var offered = Bench()
    _ = offered.take(.answered)
    #expect(offered.take(.callerEnded) == [.silence, .announce(.callerGone)])
    #expect(offered.take(.digit("1")) == [])
    #expect(
      offered.take(.announced) == [.hangUpPerson("said good-bye"), .finish(.callerGone(wasConnected: false))])
    var connected = Bench()
    connected.connect()
    #expect(
      connected.take(.callerEnded) == [
        .disconnect, .hangUpPerson("the caller hung up"), .finish(.callerGone(wasConnected: true)),
      ])
  }

  @Test("whoever goes while the claim is on its way: it is given back if it comes through", arguments: [true, false])
  func goneWhileClaiming(isClaimed: Bool) {
    for (input, outcome) in [
      (PersonCallInput.personEnded(status: nil), PersonCallOutcome.declined(.hungUp)),
      (.callerEnded, .callerGone(wasConnected: false)), (.withdrawn, .withdrawn),
    ] {
      var bench = Bench()
      _ = bench.take(.answered)
      _ = bench.take(.digit("1"))
      #expect(bench.take(input) == [])
      let end: [PersonCallAction] = [.hangUpPerson("over"), .finish(outcome)]
      #expect(
        bench.take(isClaimed ? .claimed : .claimRefused(taken: false)) == (isClaimed ? [.releaseClaim] : []) + end)
    }
  }

  @Test("*0 gives the caller back, not after a pause and not with another digit between")
  func givenBack() {
    var bench = Bench()
    bench.connect()
    #expect(bench.take(.digit("0")) == [])
    #expect(bench.take(.digit("*")) == [])
    #expect(bench.take(.digit("5")) == [])
    #expect(bench.take(.digit("0")) == [])
    #expect(bench.take(.digit("*")) == [])
    #expect(bench.take(.digit("0"), after: 4) == [])
    #expect(bench.take(.digit("*")) == [])
    #expect(
      bench.take(.digit("0"), after: 1) == [
        .disconnect, .handBack, .hangUpPerson("given back"), .finish(.returned(byHangingUp: false)),
      ])
  }

  @Test("by choice the caller's call ends with the person's; and the caller can be taken from the person")
  func choices() {
    var bench = Bench(PersonCallSettings(afterPerson: .hangUp))
    bench.connect()
    #expect(
      bench.take(.personEnded(status: nil)) == [
        .disconnect, .hangUpCaller, .finish(.returned(byHangingUp: true)),
      ])
    var other = Bench()
    other.connect()
    #expect(
      other.take(.withdrawn) == [
        .disconnect, .handBack, .hangUpPerson("given back"), .finish(.returned(byHangingUp: false)),
      ])
  }

  @Test(
    "whatever comes in whatever order, it ends once, connects only what is claimed, and gives back what it claimed",
    arguments: 1...200)
  func invariants(_ seed: UInt64) {
    var random = SystemRandom(state: seed)
    var bench = Bench()
    var seen: [PersonCallAction] = []
    for _ in 0..<60 {
      let actions: [PersonCallAction]
      switch random.next() % 11 {
      case 0: actions = bench.take(.answered, after: 1)
      case 1: actions = bench.take(.announced, after: 1)
      case 2: actions = bench.take(.digit("1"), after: 1)
      case 3: actions = bench.take(.digit(random.next() % 2 == 0 ? "*" : "0"))
      case 4: actions = seen.last == .claim ? bench.take(.claimed) : []
      case 5: actions = seen.last == .claim ? bench.take(.claimRefused(taken: true)) : []
      case 6 where random.next() % 4 == 0: actions = bench.take(.personEnded(status: 486))
      case 7 where random.next() % 4 == 0: actions = bench.take(.callerEnded)
      case 8 where random.next() % 4 == 0: actions = bench.take(.withdrawn)
      case 9: actions = bench.wait()
      default: actions = bench.take(.progress(status: 180))
      }
      if seen.contains(where: { if case .finish = $0 { true } else { false } }) { #expect(actions.isEmpty) }
      seen += actions.filter { if case .report = $0 { false } else { true } }
      #expect(bench.machine.isFinished || bench.machine.isConnected || bench.machine.nextDeadline != nil)
    }
    let finishes = seen.count { if case .finish = $0 { true } else { false } }
    #expect(finishes <= 1)
    #expect(seen.count { $0 == .connect } <= seen.count { $0 == .claim })
    if bench.machine.isFinished {
      #expect(seen.count { $0 == .disconnect } == seen.count { $0 == .connect })
    }
  }

  @Test("the offer says who calls, why and what digits do, in three languages")
  func phrases() {
    #expect(
      PersonPhrases(language: "en-GB").announcement(
        caller: "Ana", reason: "explicit request", summary: ["Wants: a refund", " ", "Mood: calm."])
        == "Call from Ana. Reason: explicit request. Wants: a refund. Mood: calm. Press 1 to take it, 2 to decline.")
    #expect(
      PersonPhrases(language: "es").announcement(caller: " ", reason: "", summary: [])
        == "Llamada de un número desconocido. Pulse 1 para atenderla, 2 para rechazarla.")
    #expect(PersonPhrases(language: "pt_BR").choice.contains("Marque 1"))
    #expect(PersonPhrases(language: "xx").choice.contains("Press 1"))
    let long = PersonPhrases(language: "en").announcement(
      caller: "x", reason: String(repeating: "a", count: 5000), summary: [])
    #expect(long.count < 500)
  }
}

/// Numbers from a seed.
private struct SystemRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
