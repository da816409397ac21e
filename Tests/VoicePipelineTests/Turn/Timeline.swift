import Audio

@testable import VoicePipeline

/// Drives a turn machine along a written timeline; deadlines on the way are met on time.
struct Timeline {
  var machine: TurnMachine
  let origin: Instant
  private(set) var log: [(milliseconds: Int, action: TurnAction)] = []
  private var now = 0

  init(_ settings: TurnSettings = TurnSettings(), hasPerson: Bool = true, language: String = "en-US") {
    machine = TurnMachine(settings: settings, language: language, hasPerson: hasPerson)
    origin = .now
  }

  func instant(_ milliseconds: Int) -> Instant { origin.advanced(by: .milliseconds(milliseconds)) }

  /// Lets time pass up to `milliseconds`.
  mutating func pass(to milliseconds: Int) {
    var steps = 0
    while let deadline = machine.nextDeadline, deadline <= instant(milliseconds), steps < 1000 {
      steps += 1
      let passed = origin.duration(to: deadline)
      now = max(now, Int(VoicePipeline.milliseconds(passed).rounded(.up)))
      note(machine.handle(.tick, at: instant(now)))
    }
    now = max(now, milliseconds)
  }

  /// Lets time pass up to `milliseconds` and then hands over `input`.
  @discardableResult
  mutating func at(_ milliseconds: Int, _ input: TurnInput) -> [TurnAction] {
    pass(to: milliseconds)
    let actions = machine.handle(input, at: instant(now))
    note(actions)
    return actions
  }

  /// The caller says something from one time to another, and the recogniser hears `text` in the end.
  mutating func caller(from start: Int, to end: Int, text: String) {
    at(start, .speechStarted(at: instant(start)))
    at(end, .speechStopped(lastSpeech: instant(end)))
    pass(to: end + 500)
    at(end + 500, .final(text))
  }

  /// Speech `id` is queued whole at `time`, is heard at once and lasts until `end`. 8 samples a millisecond.
  mutating func speak(_ id: Int, at time: Int, until end: Int, then: AfterSpeech = .listen) {
    let from = LinePosition(UInt64(time * 8))
    at(time, .queued(speech: id, from: from, to: LinePosition(UInt64(end * 8)), until: instant(end)))
    at(time, .audible(at: instant(time), position: from))
    at(time, .speechFinished(id, then: then))
  }

  var actions: [TurnAction] { log.map(\.action) }

  /// When `action` was first asked for.
  func time(of action: TurnAction) -> Int? { log.first { $0.action == action }?.milliseconds }

  private mutating func note(_ actions: [TurnAction]) {
    log += actions.map { (now, $0) }
  }
}
