import Audio
import Coordination
package import RTPEngine
package import SIPStack

/// The party that `assist call` puts on the line: plays a recording, presses digits, records and measures.
package final class CallerParty: CallParty {
  /// What the caller shall do once it is answered.
  package struct Script: Sendable {
    /// What it says, at the leg's rate; empty for nothing.
    package var samples: [Int16] = []
    /// Digits it presses after the answer.
    package var digits = ""
    /// Where it records what it hears.
    package var recording: String?
    /// When it hangs up; nil: as `HangUpRule` has it.
    package var duration: Duration?

    package init(samples: [Int16] = [], digits: String = "", recording: String? = nil, duration: Duration? = nil) {
      self.samples = samples
      self.digits = digits
      self.recording = recording
      self.duration = duration
    }
  }

  /// What it measured.
  package struct Report: Sendable {
    package var replies: [(utterance: Int, delay: Duration)] = []
    package var statistics = MediaLegStatistics()
    package var ending: CallEnding?
    package var problem: String?
  }

  package let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let leg: MediaLeg
  private let script: Script
  private let state = Locked(Report())

  package init(leg: MediaLeg, script: Script) {
    self.leg = leg
    self.script = script
    (requests, sink) = CallRequest.stream()
  }

  /// What was measured so far.
  package var report: Report { state.withLock { $0 } }

  package func run() async {
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
        let before = position.advanced(by: -leg.sampleRate / 50)
        meter.began(at: at - before.duration(since: .start, at: leg.sampleRate))
      case .playedOut(let at, _): rule.played(at: at)
      case .mediaTimeout: sink.yield(.mediaTimeout)
      case .closed: state.withLock { $0.statistics = leg.statistics() }
      default: break
      }
    }
    state.withLock { $0.replies = meter.replies }
    try writer.take()?.close()
  }

  /// Hangs up, or gives up while it rings.
  package func hangUp(_ why: String) { sink.yield(.hangUp(cause: 16, text: why)) }

  package func ended(_ ending: CallEnding) {
    state.withLock { $0.ending = ending }
    sink.finish()
  }
}
