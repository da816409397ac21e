internal import CSpeexDSP

/// Why a resampler can't be made.
public enum ResamplerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A rate outside of 4000 to 192000 Hz, or a quality outside of 0 to 10.
  case unsupported(from: Int, to: Int, quality: Int)
  /// The library had no memory.
  case outOfMemory

  /// What is wrong and what would be right.
  public var description: String {
    switch self {
    case .unsupported(let from, let to, let quality):
      "cannot resample from \(from) to \(to) Hz at quality \(quality): "
        + "rates must be 4000 to 192000 Hz, the quality 0 to 10"
    case .outOfMemory: "no memory for a resampler"
    }
  }
}

/// Sample rate conversion of mono PCM by libspeexdsp: a windowed sinc of short, known delay that releases what it can
/// with each call.
///
/// Media path: `process` into a span does not allocate.
public struct Resampler: ~Copyable, @unchecked Sendable {
  // Unchecked: the pointer has this one owner, which can be handed over but not shared.
  private let state: OpaquePointer?
  private let skipsLatency: Bool
  /// Samples a second that go in.
  public let inputRate: Int
  /// Samples a second that come out.
  public let outputRate: Int

  /// - Parameters:
  ///   - quality: 0 (short filter) to 10 (long); 3 is what telephony needs.
  ///   - skipsLatency: whether the silence that the filter would begin with is left out, so that sound is not delayed.
  ///     The first outputs are that much shorter then, and the last input stays in the filter. Where each input frame
  ///     must give a whole output frame (a packet every 20 ms), turn it off.
  public init(from inputRate: Int, to outputRate: Int, quality: Int = 3, skipsLatency: Bool = true)
    throws(ResamplerError)
  {
    let rates = 4000...192_000
    guard rates.contains(inputRate), rates.contains(outputRate), (0...10).contains(quality) else {
      throw .unsupported(from: inputRate, to: outputRate, quality: quality)
    }
    guard inputRate != outputRate else {
      self.skipsLatency = skipsLatency
      state = nil
      self.inputRate = inputRate
      self.outputRate = outputRate
      return
    }
    var status: Int32 = 0
    let made = speex_resampler_init(1, UInt32(inputRate), UInt32(outputRate), Int32(quality), &status)
    guard let made, status == 0 else { throw .outOfMemory }
    if skipsLatency { speex_resampler_skip_zeros(made) }
    self.skipsLatency = skipsLatency
    state = made
    self.inputRate = inputRate
    self.outputRate = outputRate
  }

  deinit {
    if let state { speex_resampler_destroy(state) }
  }

  /// The filter's delay in input samples.
  public var latency: Int {
    state.map { Int(speex_resampler_get_input_latency($0)) } ?? 0
  }

  /// The most samples that `count` can become: give `process` room for these.
  public func maximumOutput(for count: Int) -> Int {
    guard count > 0 else { return 0 }
    let (product, overflows) = count.multipliedReportingOverflow(by: outputRate)
    return overflows ? Int.max : product / inputRate + 2
  }

  /// Converts all of `input`.
  ///
  /// - Parameter output: room for ``maximumOutput(for:)``; what does not fit is lost.
  /// - Returns: the number of samples written.
  public mutating func process(_ input: Span<Int16>, into output: inout MutableSpan<Int16>) -> Int {
    guard let state else {
      let count = min(input.count, output.count)
      for index in 0..<count { output[index] = input[index] }
      return count
    }
    var consumed = 0
    var written = 0
    input.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        guard let sourceBase = source.baseAddress, let targetBase = target.baseAddress else { return }
        while consumed < source.count, written < target.count {
          var inCount = UInt32(clamping: source.count - consumed)
          var outCount = UInt32(clamping: target.count - written)
          let status = speex_resampler_process_int(
            state, 0, sourceBase + consumed, &inCount, targetBase + written, &outCount)
          guard status == 0, inCount > 0 || outCount > 0 else { return }
          consumed += Int(inCount)
          written += Int(outCount)
        }
      }
    }
    return written
  }

  /// Converts all of `input`, off the media path: allocates.
  public mutating func process(_ input: [Int16]) -> [Int16] {
    var output = [Int16](repeating: 0, count: maximumOutput(for: input.count))
    var room = output.mutableSpan
    let written = process(input.span, into: &room)
    output.removeLast(output.count - written)
    return output
  }

  /// A whole recording at another rate, as long as it was: allocates.
  public static func convert(
    _ samples: [Int16], from inputRate: Int, to outputRate: Int, quality: Int = 5
  ) throws(ResamplerError) -> [Int16] {
    var stream = try StreamingResampler(from: inputRate, to: outputRate, quality: quality)
    return stream.process(samples) + stream.flush()
  }
}

/// Converts a stream that comes in chunks of any size, as from a synthesiser, and loses neither its beginning nor its
/// end: after `flush` exactly as much time has come out as went in. Off the media path: allocates.
public struct StreamingResampler: ~Copyable, Sendable {
  private var resampler: Resampler
  private var taken = 0
  private var given = 0

  /// A stream from `inputRate` to `outputRate` Hz; `quality` as in ``Resampler``.
  public init(from inputRate: Int, to outputRate: Int, quality: Int = 3) throws(ResamplerError) {
    resampler = try Resampler(from: inputRate, to: outputRate, quality: quality)
  }

  /// Samples a second that come out.
  public var outputRate: Int { resampler.outputRate }

  /// How far the output lags the input until `flush`: about 3 ms from 24 to 8 kHz at quality 3.
  public var delay: Duration {
    .nanoseconds(Int64(resampler.latency) * 1_000_000_000 / Int64(resampler.inputRate))
  }

  /// What can be said of the output now that `chunk` is known too.
  public mutating func process(_ chunk: [Int16]) -> [Int16] {
    taken += chunk.count
    let output = resampler.process(chunk)
    given += output.count
    return output
  }

  /// The rest, and a fresh start: the next `process` begins another stream.
  public mutating func flush() -> [Int16] {
    let whole = (taken * resampler.outputRate + resampler.inputRate - 1) / resampler.inputRate
    var rest: [Int16] = []
    if whole > given {
      let padding = [Int16](repeating: 0, count: resampler.latency + resampler.inputRate / 1000 + 2)
      rest = resampler.process(padding)
      let excess = rest.count - (whole - given)
      if excess > 0 {
        rest.removeLast(excess)
      } else {
        rest += Array(repeating: 0, count: -excess)
      }
    }
    taken = 0
    given = 0
    resampler.restart()
    return rest
  }
}

extension Resampler {
  /// Forgets the past, as if newly made.
  public mutating func restart() {
    guard let state else { return }
    speex_resampler_reset_mem(state)
    if skipsLatency { speex_resampler_skip_zeros(state) }
  }
}
