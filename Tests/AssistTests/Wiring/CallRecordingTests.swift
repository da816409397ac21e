import Audio
import Foundation
import RTPEngine
import Testing

@testable import Assist
@testable import Coordination
@testable import Settings
@testable import Telephony

@Suite("Recordings of calls")
struct CallRecordingTests {
  private static func recording(in folder: String) -> CallRecording {
    CallRecording(folder: folder, call: "call_1", sampleRate: 8000, logger: ControlBench.logger)
  }

  private static func tap(_ frames: [TapFrame]) -> AsyncStream<TapFrame> {
    AsyncStream { sink in
      for frame in frames { sink.yield(frame) }
      sink.finish()
    }
  }

  @Test("the caller is left, our side right, sample by sample")
  func sides() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let now = ContinuousClock.now
    let frames = (0..<25).map { _ in
      TapFrame(
        far: [Int16](repeating: 16384, count: 800), near: [Int16](repeating: -8192, count: 800),
        sampleRate: 8000, at: now, lost: 1)
    }
    let made = await Self.recording(in: folder.path + "/new").write(Self.tap(frames))
    #expect(made == CallRecording.Made(path: folder.path + "/new/call_1.wav", seconds: 2.5))
    let outline = try Waveform(path: folder.path + "/new/call_1.wav", count: 4)
    #expect(outline.channels == [[0.5, 0.5, 0.5, 0.5], [0.25, 0.25, 0.25, 0.25]])
  }

  @Test("without sound there is no file; a folder that can't be made costs the recording alone")
  func nothing() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    #expect(await Self.recording(in: folder.path).write(Self.tap([])) == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    let frame = TapFrame(far: [1], near: [1], sampleRate: 8000, at: .now)
    #expect(await Self.recording(in: "/proc/nowhere").write(Self.tap([frame])) == nil)
  }
}
