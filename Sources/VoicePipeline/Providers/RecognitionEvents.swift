/// The events of one recognition on their way to its reader.
///
/// At most 1024 wait. One more ends the stream behind them: each text answers a request, first in, first out, so that
/// a single one lost would shift all that follow, while the end of a recognition is something its reader can mend.
package struct RecognitionEvents: Sendable {
  /// How many events may wait: minutes of them, since a recogniser has a few a second.
  package static let limit = 1024

  /// For the reader.
  package let stream: AsyncStream<RecognitionEvent>
  private let continuation: AsyncStream<RecognitionEvent>.Continuation

  /// A stream that nothing was put into.
  package init() {
    (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.limit))
  }

  /// Puts `event` behind the others; what comes after the end is ignored.
  package func yield(_ event: RecognitionEvent) {
    if case .dropped = continuation.yield(event) { continuation.finish() }
  }

  /// Nothing follows.
  package func finish() { continuation.finish() }
}
