import Audio
import Testing

@Suite("Kinds of recordings")
struct SoundFormatTests {
  private static func text(_ text: String, _ rest: [UInt8] = []) -> [UInt8] { Array(text.utf8) + rest }

  @Test(
    "each kind is told from its first bytes",
    arguments: [
      (SoundFormat.wav, text("RIFF\u{1}\u{2}\u{3}\u{4}WAVEfmt ")),
      (.mp3, [0xFF, 0xFB, 0x90, 0x64]), (.mp3, [0xFF, 0xF3, 0x40, 0xC0]), (.mp3, [0xFF, 0xE3, 0x18, 0xC4]),
      (.mp3, text("ID3\u{4}", [0, 0, 0, 0, 2, 0])),
      (.aac, text("ID3\u{4}", [0, 0, 0, 0, 0, 2, 9, 9, 0xFF, 0xF1, 0x50, 0x80])),
      (.aac, [0xFF, 0xF1, 0x50, 0x80]), (.aac, [0xFF, 0xF9, 0x4C, 0x80]), (.aac, text("ADIF")),
      (.mp4, [0, 0, 0, 0x20] + text("ftypM4A ")), (.mp4, [0, 0, 0, 0x18] + text("ftyp3gp4")),
      (.amr, text("#!AMR\n", [0x3C])), (.amr, text("#!AMR-WB\n")),
      (.flac, text("fLaC", [0, 0, 0, 0x22])),
      (.webm, [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x84] + text("webm")),
      (.oggVorbis, text("OggS", [0, 2] + [UInt8](repeating: 0, count: 20) + [1, 30, 1]) + text("vorbis")),
    ])
  func kinds(expected: SoundFormat, bytes: [UInt8]) {
    #expect(SoundFormat.of(bytes) == expected)
  }

  @Test("what is none of them is nil, at any length")
  func none() {
    var random = SeededGenerator(seed: 5)
    let others: [[UInt8]] = [
      [], [0], [0xFF], [0xFF, 0xFB], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xD8, 0xFF, 0xE0], Self.text("RIFF\0\0\0\0AVI "),
      Self.text("OggS"), Self.text("<html><body>"), Self.text("%PDF-1.7"), [0x1A, 0x45, 0xDF, 0xA3],
      Self.text("{\"error\": {}}"), [0x89, 0x50, 0x4E, 0x47],
    ]
    for bytes in others { #expect(SoundFormat.of(bytes) == nil) }
    // Any beginning of anything is looked at without harm, a tag that says it is huge too.
    _ = SoundFormat.of(Self.text("ID3\u{4}", [0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]))
    for _ in 0..<2000 {
      var bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 9) }
      if let mark = ["OggS", "ID3", "RIFF", "\u{1A}E"].randomElement(using: &random) {
        bytes = Array((Array(mark.utf8) + bytes).prefix(bytes.count))
      }
      _ = SoundFormat.of(bytes)
    }
  }

  @Test("names are those that services expect")
  func names() {
    #expect(SoundFormat.oggOpus.mimeType == "audio/ogg; codecs=opus")
    #expect(SoundFormat.oggOpus.fileExtension == "ogg" && SoundFormat.oggVorbis.fileExtension == "ogg")
    #expect(SoundFormat.mp4.fileExtension == "m4a" && SoundFormat.mp3.mimeType == "audio/mpeg")
    for format in SoundFormat.allCases {
      #expect(format.mimeType.hasPrefix("audio/"))
      #expect(!format.fileExtension.contains("."))
    }
  }
}
