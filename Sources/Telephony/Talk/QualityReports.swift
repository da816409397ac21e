import Reporting
import RTPEngine
import Store

/// Tells now and then how the media of a call does.
struct QualityReports: Sendable {
  /// Between two reports.
  static let interval = Duration.seconds(10)

  let events: ServerEvents
  let recorder: CallRecorder
  let leg: MediaLeg

  /// Tells until the task is cancelled.
  func run() async {
    while (try? await Task.sleep(for: Self.interval)) != nil {
      let call = recorder.call
      guard call.answeredAt != nil, call.endedAt == nil else { continue }
      events.quality(call, leg.statistics())
    }
  }
}
