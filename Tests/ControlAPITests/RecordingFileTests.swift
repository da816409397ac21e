import Coordination
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import ControlAPI

@Suite("A recording over HTTP")
struct RecordingFileTests {
  @Test(
    "one range of bytes is understood (RFC 9110, section 14.1.2)",
    arguments: [
      ("bytes=0-9", 0..<10), ("bytes=90-", 90..<100), ("bytes=-10", 90..<100), ("bytes=-500", 0..<100),
      ("bytes=95-400", 95..<100), ("bytes=99-99", 99..<100), ("bytes=0-9223372036854775807", 0..<100),
    ])
  func understood(text: String, range: Range<Int>) {
    #expect(RecordingFile.range(text, of: 100) == range)
  }

  @Test("a range of which there is nothing is empty", arguments: ["bytes=100-", "bytes=100-200", "bytes=-0"])
  func nothing(text: String) {
    #expect(RecordingFile.range(text, of: 100)?.isEmpty == true)
  }

  @Test(
    "all else is no range",
    arguments: [
      "bytes=", "bytes=-", "bytes=5", "bytes=9-1", "bytes=0-1,5-6", "bytes=a-b", "bytes=--5", "lines=0-1", "",
      "bytes=99999999999999999999-", "bytes=-99999999999999999999", "bytes=1--2",
    ])
  func noRange(text: String) {
    #expect(RecordingFile.range(text, of: 100) == nil)
  }

  /// What a writer is given.
  private struct Sink: ResponseBodyWriter {
    let bytes = Collected()
    final class Collected: Sendable {
      let buffer = Locked<[UInt8]>([])
    }
    mutating func write(_ buffer: ByteBuffer) async throws {
      bytes.buffer.withLock { $0 += buffer.readableBytesView }
    }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }

  private static func fetch(_ path: String, _ range: String?) async throws -> (Response, [UInt8]) {
    var headers: HTTPFields = [:]
    headers[.range] = range
    let response = try await RecordingFile(path: path).response(for: AccessBench.request(.get, "/", headers))
    let sink = Sink()
    try await response.body.write(sink)
    return (response, sink.bytes.buffer.withLock { $0 })
  }

  @Test("the whole and parts of it come with their length and place")
  func file() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = folder.path + "/call.wav"
    try Data(content).write(to: URL(filePath: path))

    let (whole, all) = try await Self.fetch(path, nil)
    #expect(whole.status == .ok)
    #expect(whole.headers[.acceptRanges] == "bytes")
    #expect(all == content)
    let (part, some) = try await Self.fetch(path, "bytes=65000-140000")
    #expect(part.status == .partialContent)
    #expect(part.headers[.contentRange] == "bytes 65000-140000/200000")
    #expect(part.headers[.contentLength] == "75001")
    #expect(some == Array(content[65_000...140_000]))
    let (none, _) = try await Self.fetch(path, "bytes=200000-")
    #expect(none.status == .rangeNotSatisfiable)
    #expect(none.headers[.contentRange] == "bytes */200000")
    #expect(try await Self.fetch(path, "seconds=1-2").0.status == .ok)
  }

  @Test("a recording that is gone, or empty, or no sound, is not found")
  func gone() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/call.wav"
    let missing = await #expect(throws: APIError.self) { _ = try await Self.fetch(path, nil) }
    #expect(missing?.status == .notFound)
    try Data().write(to: URL(filePath: path))
    await #expect(throws: APIError.self) { _ = try await Self.fetch(path, nil) }
    try Data("no sound".utf8).write(to: URL(filePath: path))
    let outline = await #expect(throws: APIError.self) { _ = try await RecordingFile(path: path).outline() }
    #expect(outline?.status == .notFound)
  }
}
