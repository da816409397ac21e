internal import COpusFile

/// Owns a file of libopusfile together with the bytes it reads from.
struct OpusFileHandle: ~Copyable {
  private let file: OpaquePointer
  // libopusfile keeps a pointer to what it reads: an array could move.
  private let memory: UnsafeMutableBufferPointer<UInt8>

  /// What one read of the library gave.
  enum Outcome {
    /// Interleaved samples at 48 kHz, so many a channel, are in the buffer.
    case samples(perChannel: Int, channels: Int)
    /// Something is missing here; the next read goes on behind it.
    case hole
    /// All is read.
    case end
    /// The rest can't be read.
    case failed
    /// The library had no memory.
    case outOfMemory
  }

  /// Copies `bytes` and reads the headers.
  init(_ bytes: [UInt8]) throws(OggOpusError) {
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = memory.initialize(from: bytes)
    do throws(OggOpusError) {
      file = try Self.open(memory)
    } catch {
      memory.deallocate()
      throw error
    }
    self.memory = memory
    op_set_dither_enabled(file, 0)
  }

  deinit {
    op_free(file)
    memory.deallocate()
  }

  /// Channels of the stream that is being read.
  var channelCount: Int { Int(op_channel_count(file, 0)) }

  /// The next samples, at most one packet (120 ms).
  mutating func read(into buffer: inout [Int16]) -> Outcome {
    var link: Int32 = 0
    let count = buffer.withUnsafeMutableBufferPointer { room in
      op_read(file, room.baseAddress, Int32(clamping: room.count), &link)
    }
    switch count {
    case 1...:
      let channels = Int(op_channel_count(file, link))
      let perChannel = Int(count)
      guard channels > 0, perChannel <= buffer.count / channels else { return .failed }
      return .samples(perChannel: perChannel, channels: channels)
    case 0: return .end
    // The library has stepped over a bad packet when it says so.
    case OP_HOLE, Self.badPacket: return .hole
    case Self.noMemory: return .outOfMemory
    default: return .failed
    }
  }

  /// Opens it as a stream that can't be wound: so the library goes through it once and plays what is in order. Where it
  /// may wind, it wants all of the file in order first, and loses memory when a later stream is not.
  private static func open(_ memory: UnsafeMutableBufferPointer<UInt8>) throws(OggOpusError) -> OpaquePointer {
    var callbacks = OpusFileCallbacks()
    guard let stream = op_mem_stream_create(&callbacks, memory.baseAddress, memory.count) else { throw .outOfMemory }
    callbacks.seek = nil
    var status: Int32 = 0
    guard let file = op_open_callbacks(stream, &callbacks, nil, 0, &status) else {
      _ = callbacks.close?(stream)
      throw reason(status)
    }
    return file
  }

  private static func reason(_ status: Int32) -> OggOpusError {
    switch status {
    case OP_ENOTFORMAT: .notOggOpus
    // What the library says where no sound follows the headers.
    case OP_EBADTIMESTAMP: .noSound
    case OP_EVERSION, OP_EIMPL: .unsupportedLayout
    case Self.noMemory: .outOfMemory
    default: .damagedHeader
    }
  }

  private static let badPacket: Int32 = OP_EBADPACKET
  private static let noMemory: Int32 = OP_EFAULT
}
