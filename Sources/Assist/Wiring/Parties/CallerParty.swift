import Audio
import Coordination
import RTPEngine
import SIPStack

/// The party that `assist call` puts on the line: plays a recording, presses digits, records and measures.
final class CallerParty: CallParty {
  /// What the caller shall do once it is answered.
  struct Script: Sendable {
    /// What it says, at the leg's rate; empty for nothing.
    var samples: [Int16] = []
    /// Digits it presses after the answer.
    var digits = ""
    /// Where it records what it hears.
    var recording: String?
    /// When it hangs up; nil: as `HangUpRule` has it.
    var duration: Duration?
  }

  /// What it measured.
  struct Report: Sendable {
    var replies: [(utterance: Int, delay: Duration)] = []
    var statistics = MediaLegStatistics()
    var ending: CallEnding?
    var problem: String?
  }

  let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let leg: MediaLeg
  private let script: Script
  private let state = Locked(Report())

  init(leg: MediaLeg, script: Script) {
    self.leg = leg
    self.script = script
    (requests, sink) = AsyncStream.makeStream()
  }

  /// What was measured so far.
  var report: Report { state.withLock { $0 } }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [leg, script] in
        if !script.samples.isEmpty {
          _ = try? await leg.play(script.samples)
          leg.finishPlayout()
        }
        if !script.digits.isEmpty { leg.send(digits: script.digits) }
      }
      if let duration = script.duration {
        group.addTask { [sink] in
          guard (try? await Task.sleep(for: duration)) != nil else { return }
          sink.yield(.hangUp(cause: 16, text: "the time is over"))
        }
      }
      do throws(WAVError) {
        try await listen()
      } catch {
        state.withLock { $0.problem = "\(error)" }
        sink.yield(.hangUp(cause: 41, text: "the recording failed"))
        for await _ in leg.events {}
      }
      group.cancelAll()
    }
  }

  private func listen() async throws(WAVError) {
    var meter = ReplyMeter(playing: script.samples, sampleRate: leg.sampleRate)
    var writer: WAVWriter? =
      if let path = script.recording { try WAVWriter(path: path, sampleRate: leg.sampleRate) } else { nil }
    var rule = HangUpRule(playing: script.samples, sampleRate: leg.sampleRate)
    var asked = false
    for await event in leg.events {
      switch event {
      case .audio(let frame):
        let audible = frame.samples.span.isAudible
        meter.heard(audible: audible, at: frame.arrival)
        try writer?.write(frame.samples)
        let isDone = rule.heard(audible: audible, answered: meter.replies.last?.utterance, at: frame.arrival)
        if isDone, script.duration == nil, !asked {
          asked = true
          sink.yield(.hangUp(cause: 16, text: "all was said"))
        }
      case .audible(let at, let position):
        // What was played starts at position 0, perhaps with silence; the packet at hand ends at `position`.
        let packet = UInt64(leg.sampleRate / 50)
        meter.began(at: at - .seconds(Double(position - min(position, packet)) / Double(leg.sampleRate)))
      case .playedOut(let at, _): rule.played(at: at)
      case .mediaTimeout: sink.yield(.mediaTimeout)
      case .closed(let statistics): state.withLock { $0.statistics = statistics }
      default: break
      }
    }
    state.withLock { $0.replies = meter.replies }
    try writer.take()?.close()
  }

  /// Hangs up, or gives up while it rings.
  func hangUp(_ why: String) { sink.yield(.hangUp(cause: 16, text: why)) }

  func ended(_ ending: CallEnding) {
    state.withLock { $0.ending = ending }
    sink.finish()
  }
}
