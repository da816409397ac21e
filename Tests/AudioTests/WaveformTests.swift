import Audio
import Foundation
import Testing

@Suite("Outlines of recordings")
struct WaveformTests {
  private func withFile(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).wav").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  /// Left silent for the first half, right for the second.
  private func write(_ frames: Int, to path: String) throws {
    var writer = try WAVWriter(path: path, sampleRate: 8000, channels: 2)
    var samples: [Int16] = []
    for frame in 0..<frames { samples += frame < frames / 2 ? [0, -32768] : [16384, 0] }
    try writer.write(samples)
    try writer.close()
  }

  @Test("each channel has its own peaks, as many as asked for, at their places")
  func peaks() throws {
    try withFile { path in
      try write(200_000, to: path)
      let outline = try Waveform(path: path)
      #expect(outline.seconds == 25)
      #expect(outline.channels.map(\.count) == [400, 400])
      #expect(outline.channels[0][0..<200].allSatisfy { $0 == 0 })
      #expect(outline.channels[0][200...].allSatisfy { $0 == 0.5 })
      #expect(outline.channels[1][0..<200].allSatisfy { $0 == 1 })
      #expect(outline.channels[1][200...].allSatisfy { $0 == 0 })
      #expect(try Waveform(path: path, count: 2).channels == [[0, 0.5], [1, 0]])
    }
  }

  @Test("a recording shorter than its outline, or empty, has silence where there is nothing", arguments: [0, 1, 7])
  func short(_ frames: Int) throws {
    try withFile { path in
      try write(frames, to: path)
      let outline = try Waveform(path: path)
      #expect(outline.channels.map(\.count) == [400, 400])
      #expect(outline.seconds == Double(frames) / 8000)
      #expect(outline.channels[0].contains { $0 > 0 } == (frames > 0))
    }
  }

  @Test("a file that breaks off, or whose header promises more, is read as far as it goes")
  func broken() throws {
    try withFile { path in
      try write(8000, to: path)
      var bytes = try Data(contentsOf: URL(filePath: path))
      bytes = bytes.prefix(44 + 16_001)
      try bytes.write(to: URL(filePath: path))
      #expect(try Waveform(path: path).seconds == 0.5)
      for cut in 0..<44 {
        try bytes.prefix(cut).write(to: URL(filePath: path))
        #expect(throws: WAVError.self) { try Waveform(path: path) }
      }
      var random = SystemRandomNumberGenerator()
      for _ in 0..<500 {
        var noise = bytes.prefix(200)
        for _ in 0..<3 { noise[Int(random.next() % 48)] = UInt8(truncatingIfNeeded: random.next()) }
        try noise.write(to: URL(filePath: path))
        _ = try? Waveform(path: path)
      }
    }
    #expect(throws: WAVError.self) { try Waveform(path: "/nowhere.wav") }
  }
}
