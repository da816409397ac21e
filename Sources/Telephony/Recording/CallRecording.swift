import Audio
package import Logging
package import RTPEngine

/// Writes a call as it was heard on both sides: left the caller, right our side, whoever speaks there.
///
/// Beside the call: it reads a tap, which is bounded, and a disk that is too slow costs stretches of the recording and
/// nothing of the call. The file is whole up to the last second at any time.
package struct CallRecording: Sendable {
  /// A file that was written.
  package struct Made: Sendable, Equatable {
    package var path: String
    package var seconds: Double
  }

  package let folder: String
  package let call: String
  package let sampleRate: Int
  package let logger: Logger

  /// Writes till the tap ends. Nil if there was no sound, or it could not be written. Makes the file with the first
  /// sound, so that a call that is not answered leaves none; `begun` is told of it then.
  @concurrent package func write(
    _ tap: AsyncStream<TapFrame>, begun: @Sendable (_ path: String) -> Void = { _ in }
  ) async -> Made? {
    do {
      return try await writeFile(tap, begun)
    } catch {
      logger.error("a call is not recorded", metadata: ["why": "\(error)"])
      return nil
    }
  }

  private func writeFile(_ tap: AsyncStream<TapFrame>, _ begun: (String) -> Void) async throws -> Made? {
    var frames = tap.makeAsyncIterator()
    guard let first = await frames.next() else { return nil }
    let path = try Recordings.file(of: call, in: folder)
    var writer = try WAVWriter(path: path, sampleRate: sampleRate, channels: 2)
    begun(path)
    var lost = 0
    try writer.write(Self.interleaved(first))
    while let frame = await frames.next() {
      lost += frame.lost
      try writer.write(Self.interleaved(frame))
    }
    let seconds = writer.duration / .seconds(1)
    try writer.close()
    if lost > 0 { logger.notice("a recording has gaps", metadata: ["packets": "\(lost)"]) }
    return Made(path: path, seconds: seconds)
  }

  /// Both sides sample by sample.
  package static func interleaved(_ frame: TapFrame) -> [Int16] {
    var samples: [Int16] = []
    samples.reserveCapacity(frame.far.count * 2)
    for (far, near) in zip(frame.far, frame.near) {
      samples.append(far)
      samples.append(near)
    }
    return samples
  }
}
