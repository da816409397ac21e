import Glibc

/// G.711 µ-law as a caller's side needs it: a recorded sentence in frames of 20 ms, and a measure of loudness.
enum TelephoneLine {
  /// Twenty milliseconds of nearly nothing: the lowest bit of the line, as a quiet line has it.
  static let quiet: [UInt8] = (0..<160).map { $0 % 3 == 0 ? 0x7E : 0xFE }

  /// Magnitude of each µ-law octet, 0 to 32124 (G.711, table 2a).
  private static let magnitudes: [Int32] = (0..<256).map { octet in
    let inverted = ~UInt8(octet)
    let exponent = Int32((inverted >> 4) & 7)
    return ((Int32(inverted & 0x0F) << 3 + 0x84) << exponent) - 0x84
  }

  /// Whether a packet holds sound louder than −40 dBFS anywhere.
  static func isAudible(_ payload: ArraySlice<UInt8>) -> Bool {
    payload.contains { magnitudes[Int($0)] > 328 }
  }

  /// `text` in flite's voice, in telephone quality, cut so that its first and last frame are loud: what is measured from
  /// them is not in doubt, whatever a detector thinks of the decay of a word.
  static func sentence(_ text: String) -> [[UInt8]]? {
    let base = "/tmp/turn-latency-\(getpid())"
    defer { for suffix in [".wav", ".ul"] { unlink(base + suffix) } }
    guard run(["flite", "-voice", "slt", "-t", text, "-o", base + ".wav"]),
      run(["sox", base + ".wav", "-t", "ul", "-r", "8000", "-c", "1", base + ".ul", "norm", "-6"]),
      let file = fopen(base + ".ul", "r")
    else { return nil }
    defer { fclose(file) }
    var octets = [UInt8](repeating: 0, count: 200_000)
    octets.removeLast(octets.count - fread(&octets, 1, octets.count, file))
    let frames = stride(from: 0, to: octets.count - 159, by: 160).map { Array(octets[$0..<$0 + 160]) }
    func isLoud(_ frame: [UInt8]) -> Bool {
      frame.reduce(0) { $0 + Int(magnitudes[Int($1)]) } / frame.count > 3000
    }
    guard let first = frames.firstIndex(where: isLoud), let last = frames.lastIndex(where: isLoud) else { return nil }
    return Array(frames[first...last])
  }

  private static func run(_ arguments: [String]) -> Bool {
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var child: pid_t = 0
    guard posix_spawnp(&child, arguments[0], nil, nil, &pointers, environ) == 0 else { return false }
    var status: Int32 = 0
    return waitpid(child, &status, 0) == child && status == 0
  }
}
