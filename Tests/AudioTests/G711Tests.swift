import Audio
import Testing

@Suite("G.711")
struct G711Tests {
  /// The decision levels and output values of G.711, tables 1 and 2, built from their segments alone: level `n` is where
  /// interval `n` begins, in the units of the table (A-law 4096, µ-law 8159 at full scale).
  private static func intervals(_ law: G711Law) -> [(start: Int, output: Int)] {
    var result: [(start: Int, output: Int)] = []
    switch law {
    case .alaw:
      var start = 0
      for step in [2, 2, 4, 8, 16, 32, 64, 128] {
        for _ in 0..<16 {
          result.append((start, start + step / 2))
          start += step
        }
      }
    case .mulaw:
      // The first interval is half as wide as its fellows: 0 to 1, output 0.
      result.append((0, 0))
      var start = 1
      for (segment, step) in [2, 4, 8, 16, 32, 64, 128, 256].enumerated() {
        for _ in 0..<(segment == 0 ? 15 : 16) {
          result.append((start, start + step / 2))
          start += step
        }
      }
    }
    return result
  }

  @Test("every 16-bit sample gets the code of its interval in the standard's tables", arguments: G711Law.allCases)
  func encodesAll(law: G711Law) {
    let table = Self.intervals(law)
    #expect(table.count == 128)
    // Table units per 16-bit unit: A-law has 13 bits, µ-law 14.
    let shift = law == .alaw ? 3 : 2
    var wrong: [Int] = []
    for sample in -32768...32767 {
      // A negative value on a decision level belongs to the smaller magnitude (as in ITU-T G.191).
      let magnitude = sample < 0 ? -sample - 1 : sample
      var interval = 127
      while table[interval].start << shift > magnitude { interval -= 1 }
      let positive = sample >= 0
      let expected: Int =
        switch law {
        case .alaw: (interval | (positive ? 0x80 : 0)) ^ 0x55
        case .mulaw: 0xFF - (interval | (positive ? 0 : 0x80))
        }
      if Int(G711.encode(Int16(sample), law: law)) != expected { wrong.append(sample) }
    }
    #expect(wrong.isEmpty, "\(wrong.count) samples, the first \(wrong.prefix(5))")
  }

  @Test("every code becomes the output value of its interval", arguments: G711Law.allCases)
  func decodesAll(law: G711Law) {
    let table = Self.intervals(law)
    let shift = law == .alaw ? 3 : 2
    for code in 0...255 {
      let bits = law == .alaw ? code ^ 0x55 : 0xFF - code
      let value = table[bits & 0x7F].output << shift
      let isPositive = law == .alaw ? bits & 0x80 != 0 : bits & 0x80 == 0
      #expect(Int(G711.decode(UInt8(code), law: law)) == (isPositive ? value : -value), "code \(code)")
    }
  }

  @Test("known points of the standard")
  func knownPoints() {
    #expect(G711.encode(0, law: .mulaw) == 0xFF)
    #expect(G711.encode(-1, law: .mulaw) == 0x7F)
    #expect(G711.encode(-4, law: .mulaw) == 0x7F)
    #expect(G711.encode(-5, law: .mulaw) == 0x7E)
    #expect(G711.encode(4, law: .mulaw) == 0xFE)
    #expect(G711.encode(32767, law: .mulaw) == 0x80)
    #expect(G711.encode(-32768, law: .mulaw) == 0x00)
    #expect(G711.encode(0, law: .alaw) == 0xD5)
    #expect(G711.encode(-1, law: .alaw) == 0x55)
    #expect(G711.encode(32767, law: .alaw) == 0xAA)
    #expect(G711.encode(-32768, law: .alaw) == 0x2A)
    #expect(G711.decode(0xD5, law: .alaw) == 8)
    #expect(G711.decode(0x00, law: .mulaw) == -32124)
    #expect(G711.decode(0x2A, law: .alaw) == -32256)
    for law in G711Law.allCases { #expect(abs(Int(G711.decode(law.silence, law: law))) <= 8) }
  }

  @Test("decoding and encoding again gives the same code, but for the minus zero of µ-law", arguments: G711Law.allCases)
  func roundTrip(law: G711Law) {
    for code in UInt8.min...UInt8.max where !(law == .mulaw && code == 0x7F) {
      #expect(G711.encode(G711.decode(code, law: law), law: law) == code)
    }
  }

  @Test("buffers of unequal length are converted as far as both reach")
  func buffers() {
    let pcm: [Int16] = [0, 1000, -1000, 32767]
    var codes = [UInt8](repeating: 1, count: 3)
    var room = codes.mutableSpan
    #expect(G711.encode(pcm.span, into: &room, law: .alaw) == 3)
    #expect(codes == pcm[..<3].map { G711.encode($0, law: .alaw) })
    var back = [Int16](repeating: 7, count: 5)
    var target = back.mutableSpan
    #expect(G711.decode(codes.span, into: &target, law: .alaw) == 3)
    #expect(back == codes.map { G711.decode($0, law: .alaw) } + [7, 7])
  }
}
