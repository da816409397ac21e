import Audio
import Glibc
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// A recording of a call, as browsers want to play it: in parts, so that one can go to any place in it.
struct RecordingFile: Sendable {
  let path: String

  private static let chunk = 64 << 10

  /// The file, or the part of it that a `Range` asks for (RFC 9110, section 14.2); ranges of other forms are ignored.
  @concurrent func response(for request: Request) async throws -> Response {
    var information = stat()
    guard stat(path, &information) == 0, information.st_size > 0 else { throw APIError.missing("recording") }
    let size = Int(information.st_size)
    var headers: HTTPFields = [.contentType: "audio/wav", .cacheControl: "private, no-store", .acceptRanges: "bytes"]
    guard let text = request.headers[.range], let range = Self.range(text, of: size) else {
      headers[.contentLength] = "\(size)"
      return Response(status: .ok, headers: headers, body: body(0..<size))
    }
    guard !range.isEmpty else {
      var response = APIError(
        status: .rangeNotSatisfiable, code: "range", message: "the recording has \(size) bytes", param: "Range"
      ).response
      response.headers[.contentRange] = "bytes */\(size)"
      return response
    }
    headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    headers[.contentLength] = "\(range.count)"
    return Response(status: .partialContent, headers: headers, body: body(range))
  }

  /// The outline: 400 peaks a side.
  @concurrent func outline() async throws -> JSONValue {
    do {
      let waveform = try Waveform(path: path)
      func side(_ index: Int) -> JSONValue {
        guard index < waveform.channels.count else { return [] }
        return .array(waveform.channels[index].map { .number((Double($0) * 1000).rounded() / 1000) })
      }
      return ["seconds": .number(waveform.seconds), "caller": side(0), "assistant": side(1)]
    } catch {
      throw APIError.missing("recording")
    }
  }

  /// What `text` asks for of `size` bytes; empty if there is none of it, nil if it is not one range of bytes.
  static func range(_ text: String, of size: Int) -> Range<Int>? {
    guard text.hasPrefix("bytes="), !text.contains(",") else { return nil }
    let parts = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    if parts[0].isEmpty {
      guard let count = Int(parts[1]), count >= 0 else { return nil }
      return max(0, size - count)..<size
    }
    guard let first = Int(parts[0]), first >= 0 else { return nil }
    guard first < size else { return 0..<0 }
    if parts[1].isEmpty { return first..<size }
    guard let last = Int(parts[1]), last >= first else { return nil }
    return first..<(min(last, size - 1) + 1)
  }

  private func body(_ range: Range<Int>) -> ResponseBody {
    let path = path
    return ResponseBody(contentLength: range.count) { writer in
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw APIError.missing("recording") }
      defer { close(descriptor) }
      var place = range.lowerBound
      while place < range.upperBound {
        let wanted = min(Self.chunk, range.upperBound - place)
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
          count = max(0, pread(descriptor, buffer.baseAddress, wanted, off_t(place)))
        }
        guard !bytes.isEmpty else { break }
        place += bytes.count
        try await writer.write(ByteBuffer(bytes: bytes))
      }
      try await writer.finish(nil)
    }
  }
}
