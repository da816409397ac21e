import Audio
import Testing

@Suite("Damaged Ogg Opus files")
struct OggOpusDamageTests {
  /// What can be heard of `bytes`; an error is an answer, a trap or a hang is not.
  private static func attempt(_ bytes: [UInt8]) -> (samples: [Int16], isDamaged: Bool)? {
    try? heard(bytes, sampleRate: 8000)
  }

  @Test("nothing, and what is not Ogg, is refused")
  func foreign() {
    var random = SeededGenerator(seed: 11)
    let noise = (0..<5000).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
    for bytes in [
      [], [0x4F], Array("OggS".utf8), [UInt8](repeating: 0, count: 1000), Array("RIFF....WAVE".utf8), noise,
    ] {
      #expect(!OggOpusReader.recognises(bytes))
      #expect(throws: OggOpusError.notOggOpus) { _ = try OggOpusReader(bytes, sampleRate: 16_000) }
    }
    // Ogg, but of another codec.
    var vorbis = OggFiles.short
    vorbis.replaceSubrange(28..<35, with: "\u{1}vorbis".utf8)
    #expect(SoundFormat.of(vorbis) == .oggVorbis)
    #expect(throws: OggOpusError.notOggOpus) { _ = try OggOpusReader(OggFiles.sealed(vorbis), sampleRate: 16_000) }
  }

  @Test("a file that broke off is heard up to its last whole page")
  func truncated() throws {
    let file = OggFiles.short
    let starts = OggFiles.pageStarts(file)
    let whole = try heard(file, sampleRate: 8000).samples
    #expect(starts.count >= 7)
    for length in stride(from: 0, to: file.count, by: 100) {
      let pages = starts.count { $0 > 0 && $0 <= length }
      guard let (samples, isDamaged) = Self.attempt(Array(file.prefix(length))) else {
        // Two pages of header come first.
        #expect(pages < 3, "\(pages) pages are heard")
        continue
      }
      #expect(isDamaged || starts.contains(length))
      #expect(samples.count > 1600 * (pages - 2) - 200 && samples.count < whole.count)
      // The last milliseconds differ, since the resampler looks ahead.
      #expect(whole.starts(with: samples.dropLast(40)))
    }
  }

  @Test("a page that got lost or spoilt is stepped over, and noted")
  func holes() throws {
    let file = OggFiles.short
    let starts = OggFiles.pageStarts(file)
    let whole = try heard(file, sampleRate: 8000).samples
    for page in 2..<starts.count {
      var spoilt = file
      spoilt[starts[page] + 60] ^= 0x10
      let (samples, isDamaged) = try heard(spoilt, sampleRate: 8000)
      #expect(isDamaged, "page \(page)")
      #expect(samples.count < whole.count && samples.count > whole.count / 2)
    }
    var lost = file
    lost.removeSubrange(starts[4]..<starts[5])
    let (samples, isDamaged) = try heard(lost, sampleRate: 8000)
    #expect(isDamaged)
    #expect(samples.count < whole.count && samples.count > whole.count / 2)
  }

  @Test("bytes before and after the sound are no damage")
  func appendix() throws {
    let whole = try heard(OggFiles.short, sampleRate: 8000).samples
    let (samples, isDamaged) = try heard(Array("TAG".utf8) + OggFiles.short + [0, 0, 0], sampleRate: 8000)
    #expect(samples == whole)
    #expect(!isDamaged)
  }

  @Test("a header without sound says so, and goes on saying so")
  func silent() throws {
    var file = Array(OggFiles.short.prefix(OggFiles.pageStarts(OggFiles.short)[2]))
    #expect(throws: OggOpusError.noSound) { _ = try OggOpusReader(file, sampleRate: 8000) }
    // Without samples to be skipped (RFC 7845, section 5.1), the library finds it in order.
    file.replaceSubrange(28 + 10..<28 + 12, with: [0, 0])
    var caught: [OggOpusError] = []
    var reader = try OggOpusReader(OggFiles.sealed(file), sampleRate: 8000)
    for _ in 0..<2 {
      do throws(OggOpusError) { _ = try reader.read(atMost: 100) } catch { caught.append(error) }
    }
    #expect(caught == [.noSound, .noSound])
  }

  @Test("a file made to be searched for ever is given up")
  func searched() throws {
    // A page header every 27 bytes, each of which promises a long body and has a wrong sum.
    let header = Array("OggS".utf8) + [UInt8](repeating: 0, count: 22) + [255]
    let trap = Array(repeatElement(header, count: 20_000).joined())
    #expect(throws: OggOpusError.notOggOpus) { _ = try OggOpusReader(trap, sampleRate: 8000) }
    #expect(throws: OggOpusError.tooDamaged) { _ = try OggOpusReader(OggFiles.short + trap, sampleRate: 8000) }
  }

  @Test("what a file lies about its length is not believed")
  func lies() throws {
    var file = OggFiles.short
    for start in OggFiles.pageStarts(file).dropFirst(2) { file[start + 12] = 0x7F }
    if let reader = try? OggOpusReader(OggFiles.sealed(file), sampleRate: 8000) {
      let duration = reader.duration ?? .zero
      #expect(duration < .seconds(file.count))
    }
    _ = Self.attempt(OggFiles.sealed(file))
  }

  @Test("500 spoilt files neither trap nor hang nor grow", .timeLimit(.minutes(5)))
  func mutations() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    func below(_ bound: Int) -> Int { Int(random.next() >> 11) % bound }
    var audible = 0
    for round in 0..<500 {
      var bytes = OggFiles.short
      for _ in 0...below(6) {
        let at = below(bytes.count)
        switch below(6) {
        case 0: bytes[at] ^= 1 << below(8)
        case 1: bytes[at] = UInt8(below(256))
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(200)))
        case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + below(200))], at: below(bytes.count))
        case 4:
          bytes.replaceSubrange(at..<min(bytes.count, at + 8), with: repeatElement(below(2) == 0 ? 0 : 0xFF, count: 8))
        default: bytes.removeLast(below(bytes.count / 4))
        }
        if bytes.count < 100 { bytes = OggFiles.short }
      }
      // With right sums the library believes them.
      if round % 2 == 0 { bytes = OggFiles.sealed(bytes) }
      let samples = Self.attempt(bytes)?.samples.count ?? 0
      if samples > 0 { audible += 1 }
      // Each byte of a file may be 60 ms at most.
      #expect(samples <= bytes.count * 480, "seed \(seed), round \(round)")
    }
    #expect(audible > 50, "seed \(seed): most of these still sound")
  }
}
