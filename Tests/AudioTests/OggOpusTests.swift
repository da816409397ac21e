import Audio
import Foundation
import Testing

@Suite("Ogg Opus files")
struct OggOpusTests {
  private static func written(
    _ samples: [Int16], sampleRate: Int, chunk: Int = 1000
  ) throws(OggOpusError) -> [UInt8] {
    var writer = try OggOpusWriter(sampleRate: sampleRate)
    var start = 0
    while start < samples.count {
      try writer.write(Array(samples[start..<min(samples.count, start + chunk)]))
      start += chunk
    }
    return try writer.finish()
  }

  private static func level(_ samples: some Collection<Int16>) -> Double {
    Level(of: Array(samples).span).rms.rawValue
  }

  /// The level of one frequency, in dBFS.
  private static func level(_ samples: ArraySlice<Int16>, at frequency: Double, sampleRate: Int) -> Double {
    var real = 0.0
    var imaginary = 0.0
    for (index, sample) in samples.enumerated() {
      let angle = 2 * Double.pi * frequency * Double(index) / Double(sampleRate)
      real += Double(sample) * cos(angle)
      imaginary += Double(sample) * sin(angle)
    }
    let amplitude = 2 * (real * real + imaginary * imaginary).squareRoot() / Double(samples.count) / 32768
    return Decibels(power: amplitude * amplitude / 2).rawValue
  }

  @Test(
    "a tone comes back at its pitch, its level and exactly its length, whatever the rates",
    arguments: [(8000, 8000), (16_000, 8000), (22_050, 16_000), (24_000, 24_000), (48_000, 48_000), (8000, 48_000)])
  func tone(from: Int, to: Int) throws {
    var generator = ToneGenerator(frequency: 440, level: Decibels(-20), sampleRate: from)
    let file = try Self.written(generator.samples(from), sampleRate: from)
    let (samples, isDamaged) = try heard(file, sampleRate: to)
    #expect(samples.count == to)
    #expect(!isDamaged)
    #expect(abs(Self.level(samples[to / 4..<to * 3 / 4], at: 440, sampleRate: to) + 20) < 0.5)
    #expect(abs(Self.level(samples[to / 4..<to * 3 / 4]) + 20) < 0.5)
  }

  @Test("speech keeps its level, its rhythm and its wave, and is not moved in time")
  func speech() throws {
    let original = OggFiles.speechLike(seconds: 3, sampleRate: 16_000)
    let (samples, _) = try heard(try Self.written(original, sampleRate: 16_000), sampleRate: 16_000)
    #expect(samples.count == original.count)
    #expect(abs(Self.level(samples) - Self.level(original)) < 1)
    let waves = (original.map(Double.init), samples.map(Double.init))
    let inTime = correlation(waves.0, waves.1)
    #expect(inTime > 0.8)
    #expect(inTime > correlation(waves.0, Array(waves.1.dropFirst(4))))
    #expect(inTime > correlation(Array(waves.0.dropFirst(4)), waves.1))
    let frames = stride(from: 0, to: original.count - 320, by: 320)
    let before = frames.map { Decibels(Self.level(original[$0..<$0 + 320])).amplitude }
    let after = frames.map { Decibels(Self.level(samples[$0..<$0 + 320])).amplitude }
    #expect(correlation(before, after) > 0.98)
  }

  @Test("what the writer makes is recognised, mono, and says its length")
  func header() throws {
    let file = try Self.written(OggFiles.speechLike(seconds: 0.51, sampleRate: 24_000), sampleRate: 24_000)
    #expect(OggOpusReader.recognises(file))
    #expect(OggOpusReader.recognises(Array(file.prefix(64))))
    #expect(SoundFormat.of(file) == .oggOpus)
    // The count of channels in OpusHead (RFC 7845, section 5.1), behind a page header of 28 bytes.
    #expect(file[28 + 9] == 1)
    var reader = try OggOpusReader(file, sampleRate: 8000)
    let channels = reader.channelCount
    let duration = reader.duration
    let reads = [try reader.read(atMost: 0), try reader.read(atMost: .max), try reader.read(atMost: 10)]
    #expect(channels == 1)
    #expect(duration == .milliseconds(510))
    #expect(reads.map(\.count) == [0, 4080, 0])
  }

  @Test("several channels are averaged", arguments: [2, 3, 6])
  func channels(count: Int) throws {
    var generator = ToneGenerator(frequency: 400, level: Decibels(-15), sampleRate: 48_000)
    let tone = generator.samples(24_000)
    // Sound on the first channel only, then on all.
    let file = OggFiles.encoded(
      tone.flatMap { sample in (0..<count).map { $0 == 0 ? sample : 0 } }
        + tone.flatMap { Array(repeating: $0, count: count) },
      sampleRate: 48_000, channels: count, bitRate: 128_000)
    let counted = try OggOpusReader(file, sampleRate: 16_000).channelCount
    #expect(counted == count)
    let (samples, isDamaged) = try heard(file, sampleRate: 16_000)
    #expect(samples.count == 16_000)
    #expect(!isDamaged)
    let expected = -15 + Decibels(power: 1 / Double(count * count)).rawValue
    #expect(abs(Self.level(samples[2000..<6000], at: 400, sampleRate: 16_000) - expected) < 1)
    // The channel for the lowest notes loses what lies over them.
    #expect(abs(Self.level(samples[10_000..<14_000], at: 400, sampleRate: 16_000) + 15) < (count == 6 ? 2 : 1))
  }

  @Test("ten minutes in sixty streams are read in bounded pieces")
  func long() throws {
    var generator = ToneGenerator(frequency: 300, level: Decibels(-30), sampleRate: 8000)
    let link = OggFiles.encoded(
      generator.samples(800) + [Int16](repeating: 0, count: 79_200), sampleRate: 8000, bitRate: 6000)
    var file: [UInt8] = []
    for serial in 0..<60 { file += OggFiles.sealed(link, serial: UInt32(serial)) }
    var reader = try OggOpusReader(file, sampleRate: 48_000)
    let duration = reader.duration
    #expect(duration == .seconds(600))
    var count = 0
    while true {
      let piece = try reader.read(atMost: 48_000)
      guard !piece.isEmpty else { break }
      #expect(piece.count <= 48_000)
      count += piece.count
    }
    #expect(count == 600 * 48_000)
    let isDamaged = reader.isDamaged
    #expect(!isDamaged)
    for serial in 60..<65 { file += OggFiles.sealed(link, serial: UInt32(serial)) }
    #expect(throws: OggOpusError.tooManyStreams(limit: 64)) { _ = try OggOpusReader(file, sampleRate: 8000) }
  }

  @Test("pieces of any size give the same as a whole")
  func pieces() throws {
    let whole = try heard(OggFiles.short, sampleRate: 16_000, chunk: .max).samples
    #expect(whole.count == 19_200)
    for chunk in [1, 7, 333, 6000] {
      let parts = try heard(OggFiles.short, sampleRate: 16_000, chunk: chunk).samples
      #expect(parts == whole)
    }
  }

  @Test("two minutes of speech stay under 512 KB, which the writer counts as it goes")
  func size() throws {
    let speech = OggFiles.speechLike(seconds: 2, sampleRate: 16_000)
    var writer = try OggOpusWriter(sampleRate: 16_000)
    for _ in 0..<60 { try writer.write(speech) }
    let counted = writer.byteCount
    let file = try writer.finish()
    #expect(file.count < 512 << 10)
    #expect(counted > 100_000)
    #expect(counted <= file.count && file.count - counted < 8000)
  }

  @Test("what makes no sense is refused with a reason")
  func refusals() throws {
    #expect(throws: OggOpusError.unsupportedRate(7999)) { _ = try OggOpusWriter(sampleRate: 7999) }
    #expect(throws: OggOpusError.unsupportedBitRate(0)) { _ = try OggOpusWriter(sampleRate: 8000, bitRate: 0) }
    #expect(throws: OggOpusError.unsupportedRate(96_000)) {
      _ = try OggOpusReader(OggFiles.short, sampleRate: 96_000)
    }
    #expect(throws: OggOpusError.noSound) {
      var writer = try OggOpusWriter(sampleRate: 8000)
      try writer.write([])
      _ = try writer.finish()
    }
    let errors: [OggOpusError] = [
      .notOggOpus, .damagedHeader, .tooDamaged, .unsupportedLayout, .noSound, .outOfMemory,
      .encoder(code: -11, message: "x"),
    ]
    #expect(Set(errors.map(\.description)).count == errors.count)
  }

  @Test(
    "opus-tools finds nothing wrong with what the writer makes, and the reader hears what opusenc makes",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/opusinfo")))
  func tools() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "audiotests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    func path(_ name: String) -> String { directory.appending(path: name).path(percentEncoded: false) }
    func run(_ tool: String, _ arguments: [String]) throws -> String {
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
      process.arguments = arguments
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let text = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(tool)")
      return String(decoding: text, as: UTF8.self)
    }
    let speech = OggFiles.speechLike(seconds: 1.7, sampleRate: 24_000)
    try Data(try Self.written(speech, sampleRate: 24_000)).write(to: URL(fileURLWithPath: path("ours.ogg")))
    let report = try run("opusinfo", [path("ours.ogg")])
    #expect(report.contains("Channels: 1") && report.contains("1.700"))
    #expect(!report.contains("WARNING") && !report.contains("rror"))
    _ = try run("opusdec", ["--quiet", "--rate", "24000", path("ours.ogg"), path("theirs.wav")])
    #expect(try WAVFile(path: path("theirs.wav")).samples.count == speech.count)
    _ = try run("opusenc", ["--quiet", path("theirs.wav"), path("theirs.opus")])
    let theirs = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("theirs.opus"))))
    #expect(OggOpusReader.recognises(theirs))
    let (samples, isDamaged) = try heard(theirs, sampleRate: 24_000)
    #expect(samples.count == speech.count && !isDamaged)
    #expect(correlation(speech.map(Double.init), samples.map(Double.init)) > 0.7)
  }
}
