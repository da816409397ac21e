import Audio
import Foundation
import Testing

@Suite("WAV files")
struct WAVTests {
  private static func chunk(_ tag: String, _ body: [UInt8], size: Int? = nil) -> [UInt8] {
    Array(tag.utf8) + number(size ?? body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
  }

  private static func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func file(
    code: Int, bits: Int, channels: Int = 1, data: [UInt8], extensible: Bool = false, dataSize: Int? = nil,
    extra: [UInt8] = []
  ) -> [UInt8] {
    let width = bits / 8 * channels
    var format: [UInt8] = []
    let fields = [(extensible ? 0xFFFE : code, 2), (channels, 2), (8000, 4), (8000 * width, 4), (width, 2), (bits, 2)]
    let extension40 = [(22, 2), (bits, 2), (3, 4), (code, 2), (0, 14)]
    for (value, size) in extensible ? fields + extension40 : fields { format += number(value, size) }
    let body = Array("WAVE".utf8) + chunk("fmt ", format) + extra + chunk("data", data, size: dataSize)
    return chunk("RIFF", body)
  }

  private static func parse(_ bytes: [UInt8]) throws(WAVError) -> WAVFile {
    try WAVFile(bytes: bytes.span)
  }

  private static func temporary() -> String { NSTemporaryDirectory() + "audiotests-\(UUID().uuidString).wav" }

  @Test("each encoding gives the same samples")
  func encodings() throws {
    let expected: [Int16] = [0, 256, -256, 16384, -32768]
    let wide = expected.map(Int.init)
    #expect(try Self.parse(Self.file(code: 1, bits: 8, data: wide.map { UInt8($0 / 256 + 128) })).samples == expected)
    #expect(try Self.parse(Self.file(code: 1, bits: 16, data: wide.flatMap { Self.number($0, 2) })).samples == expected)
    let bits24 = wide.flatMap { Self.number($0 << 8, 3) }
    #expect(try Self.parse(Self.file(code: 1, bits: 24, data: bits24)).samples == expected)
    #expect(try Self.parse(Self.file(code: 1, bits: 24, data: bits24, extensible: true)).samples == expected)
    let bits32 = wide.flatMap { Self.number($0 << 16, 4) }
    #expect(try Self.parse(Self.file(code: 1, bits: 32, data: bits32)).samples == expected)
    let floats = wide.flatMap { Self.number(Int((Float($0) / 32768).bitPattern), 4) }
    #expect(try Self.parse(Self.file(code: 3, bits: 32, data: floats)).samples == expected)
    let doubles = wide.flatMap { Self.number(Int(bitPattern: UInt((Double($0) / 32768).bitPattern)), 8) }
    #expect(try Self.parse(Self.file(code: 3, bits: 64, data: doubles)).samples == expected)
    for (code, law) in [(6, G711Law.alaw), (7, .mulaw)] {
      let codes = expected.map { G711.encode($0, law: law) }
      let file = try Self.parse(Self.file(code: code, bits: 8, data: codes))
      #expect(file.samples == codes.map { G711.decode($0, law: law) })
    }
  }

  @Test("stereo is averaged, unknown chunks are passed over")
  func stereo() throws {
    let data = [1000, 2000, -32768, -32768, 32767, 32767].flatMap { Self.number($0, 2) }
    let bytes = Self.file(code: 1, bits: 16, channels: 2, data: data, extra: Self.chunk("LIST", [1, 2, 3]))
    let file = try Self.parse(bytes)
    #expect(file.samples == [1500, -32768, 32767])
    #expect(file.channels == 2 && file.sampleRate == 8000)
  }

  @Test("sizes that lie are believed as far as there are bytes", arguments: [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 12])
  func sizes(stated: Int) throws {
    let data = [1, 2, 3, 4].flatMap { Self.number($0, 2) }
    #expect(try Self.parse(Self.file(code: 1, bits: 16, data: data, dataSize: stated)).samples == [1, 2, 3, 4])
  }

  @Test("float that is not a number or out of range is clamped")
  func floats() throws {
    let values: [Float] = [.nan, .infinity, -.infinity, 3, -3]
    let data = values.flatMap { Self.number(Int($0.bitPattern), 4) }
    #expect(try Self.parse(Self.file(code: 3, bits: 32, data: data)).samples == [0, 32767, -32768, 32767, -32768])
  }

  @Test("damaged and unknown files are refused with a line that helps")
  func refused() {
    func error(_ bytes: [UInt8]) -> WAVError? {
      do throws(WAVError) {
        _ = try Self.parse(bytes)
        return nil
      } catch { return error }
    }
    #expect(error([]) == .notWAVE)
    #expect(error(Array("OggS".utf8) + [UInt8](repeating: 0, count: 40)) == .notWAVE)
    #expect(error(Self.chunk("RIFF", Array("WAVE".utf8))) == .damaged("no format chunk"))
    let early = Self.chunk("RIFF", Array("WAVE".utf8) + Self.chunk("data", [1, 2]))
    #expect(error(early) == .damaged("sound comes before its format"))
    #expect(error(Self.file(code: 0x55, bits: 16, data: []))?.description.contains("sox") == true)
    #expect(error(Self.file(code: 1, bits: 16, channels: 0, data: [])) == .unsupported("0 channels"))
  }

  @Test("no prefix and no mutation of a file can trap the reader")
  func hostile() {
    var random = SeededGenerator(seed: 42)
    let whole = Self.file(
      code: 1, bits: 24, channels: 2, data: [UInt8](repeating: 9, count: 60), extensible: true,
      extra: Self.chunk("LIST", [1, 2, 3]))
    var read = 0
    for count in 0...whole.count where (try? Self.parse(Array(whole[..<count]))) != nil { read += 1 }
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<1 + random.next() % 6 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      if (try? Self.parse(bytes)) != nil { read += 1 }
    }
    #expect(read > 100)
  }

  @Test("what is written is read back; a file is valid before it is closed")
  func writes() throws {
    let path = Self.temporary()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let samples = (0..<20_000).map { Int16(truncatingIfNeeded: $0 * 7) }
    var writer = try WAVWriter(path: path, sampleRate: 8000)
    for start in stride(from: 0, to: samples.count, by: 160) {
      try writer.write(samples[start..<min(samples.count, start + 160)].map { $0 })
    }
    #expect(writer.duration == .milliseconds(2500))
    let early = try WAVFile(path: path)
    #expect(early.samples.count >= 16_000 && early.samples == Array(samples[..<early.samples.count]))
    let header = try #require(FileManager.default.contents(atPath: path))
    #expect(Int(header[40]) | Int(header[41]) << 8 | Int(header[42]) << 16 == early.samples.count * 2)
    try writer.close()
    #expect(try WAVFile(path: path).samples == samples)
    #expect(try Self.parse(WAVWriter.bytes(samples, sampleRate: 8000)).samples == samples)
  }

  @Test("a writer that is let go keeps what it was given")
  func letGo() throws {
    let path = Self.temporary()
    defer { try? FileManager.default.removeItem(atPath: path) }
    func record() throws {
      var writer = try WAVWriter(path: path, sampleRate: 8000)
      try writer.write([1, 2, 3])
    }
    try record()
    #expect(try WAVFile(path: path).samples == [1, 2, 3])
  }

  @Test("system errors name the file and the reason; large files are refused")
  func systemErrors() throws {
    #expect(throws: WAVError.self) { try WAVFile(path: "/nonexistent/x.wav") }
    do throws(WAVError) {
      _ = try WAVWriter(path: "/nonexistent/x.wav", sampleRate: 8000)
    } catch {
      #expect(error.description == "cannot create /nonexistent/x.wav: No such file or directory")
    }
    let path = Self.temporary()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WAVWriter.write([Int16](repeating: 0, count: 1000), sampleRate: 8000, to: path)
    #expect(throws: WAVError.tooLarge(path: path, limit: 1000)) { try WAVFile(path: path, maximumBytes: 1000) }
  }
}
