/// The two companding laws of ITU-T G.711.
public enum G711Law: UInt8, Sendable, Hashable, CaseIterable {
  /// A-law, RTP payload type 8 (PCMA).
  case alaw
  /// µ-law, RTP payload type 0 (PCMU).
  case mulaw

  /// The byte that sounds as silence: the code of the sample 0.
  public var silence: UInt8 {
    switch self {
    case .alaw: 0xD5
    case .mulaw: 0xFF
    }
  }
}

/// ITU-T G.711: 16-bit linear samples to and from 8-bit companded ones.
///
/// All 65,536 inputs get the code that the ITU's own reference (G.191) gives them. For µ-law that means that a negative
/// value on a decision level belongs to the smaller magnitude, so that −1 becomes "minus zero" rather than −8; encoders
/// that shift before they take the magnitude differ there at 508 inputs.
///
/// Media path: does not allocate. The tables are made at the first use, which allocates; call ``warmUp()`` before the
/// media threads start.
public enum G711 {
  private static let tables = Tables()

  /// Makes the tables, so that no later call does. Idempotent, and safe from any thread.
  public static func warmUp() {
    _ = tables
  }

  /// Encodes as many samples as both sides have room for.
  ///
  /// - Returns: the number of bytes written, `min(pcm.count, out.count)`.
  @discardableResult
  public static func encode(_ pcm: Span<Int16>, into out: inout MutableSpan<UInt8>, law: G711Law) -> Int {
    let count = min(pcm.count, out.count)
    let tables = tables
    switch law {
    case .alaw:
      for index in 0..<count {
        out[index] = tables.alawCodes[Int(UInt16(bitPattern: pcm[index]) >> 4)]
      }
    case .mulaw:
      for index in 0..<count {
        out[index] = tables.mulawCodes[Int(UInt16(bitPattern: pcm[index]) >> 2)]
      }
    }
    return count
  }

  /// Decodes as many bytes as both sides have room for.
  ///
  /// - Returns: the number of samples written, `min(codes.count, out.count)`.
  @discardableResult
  public static func decode(_ codes: Span<UInt8>, into out: inout MutableSpan<Int16>, law: G711Law) -> Int {
    let count = min(codes.count, out.count)
    let samples =
      switch law {
      case .alaw: tables.alawSamples
      case .mulaw: tables.mulawSamples
      }
    for index in 0..<count {
      out[index] = samples[Int(codes[index])]
    }
    return count
  }

  /// The code of one sample.
  public static func encode(_ sample: Int16, law: G711Law) -> UInt8 {
    switch law {
    case .alaw: tables.alawCodes[Int(UInt16(bitPattern: sample) >> 4)]
    case .mulaw: tables.mulawCodes[Int(UInt16(bitPattern: sample) >> 2)]
    }
  }

  /// The sample of one code.
  public static func decode(_ code: UInt8, law: G711Law) -> Int16 {
    switch law {
    case .alaw: tables.alawSamples[Int(code)]
    case .mulaw: tables.mulawSamples[Int(code)]
    }
  }
}

extension G711 {
  /// Tables that live as long as the process. Plain memory rather than arrays: no reference is counted per packet.
  ///
  /// Each index is as wide as its table, so none can leave it: A-law looks at 12 bits of a sample, µ-law at 14.
  private struct Tables: @unchecked Sendable {
    let alawCodes: UnsafePointer<UInt8>
    let mulawCodes: UnsafePointer<UInt8>
    let alawSamples: UnsafePointer<Int16>
    let mulawSamples: UnsafePointer<Int16>

    init() {
      alawCodes = Self.table(1 << 12) { Self.alawCode(Int16(truncatingIfNeeded: $0 << 4)) }
      mulawCodes = Self.table(1 << 14) { Self.mulawCode(Int16(truncatingIfNeeded: $0 << 2)) }
      alawSamples = Self.table(256) { Self.alawSample(UInt8(truncatingIfNeeded: $0)) }
      mulawSamples = Self.table(256) { Self.mulawSample(UInt8(truncatingIfNeeded: $0)) }
    }

    private static func table<Element>(_ count: Int, _ element: (Int) -> Element) -> UnsafePointer<Element> {
      let storage = UnsafeMutablePointer<Element>.allocate(capacity: count)
      for index in 0..<count { (storage + index).initialize(to: element(index)) }
      return UnsafePointer(storage)
    }

    /// G.711 table 1: 13 bits of magnitude and sign, in 16 steps a segment; even bits inverted.
    private static func alawCode(_ sample: Int16) -> UInt8 {
      var magnitude = Int(sample < 0 ? ~sample : sample) >> 4
      if magnitude > 15 {
        var exponent = 1
        while magnitude > 31 {
          magnitude >>= 1
          exponent += 1
        }
        magnitude = magnitude - 16 + exponent << 4
      }
      return UInt8(truncatingIfNeeded: magnitude | (sample >= 0 ? 0x80 : 0)) ^ 0x55
    }

    private static func alawSample(_ code: UInt8) -> Int16 {
      let bits = Int(code ^ 0x55)
      let exponent = (bits >> 4) & 7
      let step = bits & 15
      let magnitude = exponent == 0 ? (step << 4) + 8 : ((step + 16) << 4 + 8) << (exponent - 1)
      return Int16(truncatingIfNeeded: bits & 0x80 != 0 ? magnitude : -magnitude)
    }

    /// G.711 table 2: 14 bits, biased by 33 so that each segment starts at a power of two; all bits inverted.
    private static func mulawCode(_ sample: Int16) -> UInt8 {
      let magnitude = min(Int(sample < 0 ? ~sample : sample) >> 2 + 33, 0x1FFF)
      var segment = 0
      while magnitude >> (segment + 6) != 0 { segment += 1 }
      let step = (magnitude >> (segment + 1)) & 15
      return ~UInt8(truncatingIfNeeded: segment << 4 | step | (sample < 0 ? 0x80 : 0))
    }

    private static func mulawSample(_ code: UInt8) -> Int16 {
      let bits = Int(~code)
      let segment = (bits >> 4) & 7
      let step = bits & 15
      let magnitude = ((2 * step + 33) << segment - 33) << 2
      return Int16(truncatingIfNeeded: bits & 0x80 != 0 ? -magnitude : magnitude)
    }
  }
}
