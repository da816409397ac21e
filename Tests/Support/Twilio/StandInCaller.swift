import NIOCore
import NIOHTTP1
import NIOPosix

/// Makes single requests, each on a connection of its own, for stand-ins of services that call back. Plain HTTP on this
/// machine only.
public enum StandInCaller {
  /// What was answered.
  public struct Answer: Sendable {
    /// The status code.
    public var status: Int
    /// Names as they came.
    public var headers: [(name: String, value: String)]
    /// The whole body.
    public var body: [UInt8]

    /// The first header `name`, whatever its case.
    public func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// Why there was no answer.
  public struct Failure: Error, CustomStringConvertible {
    /// In one line.
    public var description: String
  }

  /// Makes a request of `url`, which is `http://host:port/…`.
  public static func send(
    _ method: String, _ url: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) async throws -> Answer {
    let rest = url.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    let pieces = authority.split(separator: ":")
    guard url.hasPrefix("http://"), pieces.count == 2, let port = Int(pieces[1]) else {
      throw Failure(description: "a stand-in calls http://host:port/… only")
    }
    let answer = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Answer.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(StandInAnswerReader(answer))
          }
        }
        .connect(host: String(pieces[0]), port: port).get()
    } catch {
      answer.fail(error)
      throw error
    }
    let target = rest.dropFirst(authority.count)
    var fields = HTTPHeaders(headers)
    fields.add(name: "host", value: String(authority))
    fields.add(name: "connection", value: "close")
    fields.add(name: "content-length", value: "\(body.count)")
    let head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: method), uri: target.isEmpty ? "/" : String(target),
      headers: fields)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    defer { channel.close(promise: nil) }
    return try await answer.futureResult.get()
  }
}

private final class StandInAnswerReader: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private var promise: EventLoopPromise<StandInCaller.Answer>?
  private var answer = StandInCaller.Answer(status: 0, headers: [], body: [])

  init(_ promise: EventLoopPromise<StandInCaller.Answer>) {
    self.promise = promise
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      answer.status = Int(head.status.code)
      answer.headers = head.headers.map { (name: $0.name, value: $0.value) }
    case .body(let bytes): answer.body += bytes.readableBytesView
    case .end:
      promise?.succeed(answer)
      promise = nil
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise?.fail(StandInCaller.Failure(description: "the other side hung up"))
    promise = nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise?.fail(error)
    promise = nil
    context.close(promise: nil)
  }
}
