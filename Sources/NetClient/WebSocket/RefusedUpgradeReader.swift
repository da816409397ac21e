import NIOCore
import NIOHTTP1

/// A server's answer that is not an upgrade.
struct RefusedUpgrade: Error {
  var status: Int
  var body: String
}

/// Reads status and the beginning of the body of an answer that declined the upgrade.
final class RefusedUpgradeReader: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private static let maximumBodyBytes = 4096
  private var answer: EventLoopPromise<RefusedUpgrade>?
  private var status: Int?
  private var body: [UInt8] = []

  init(_ answer: EventLoopPromise<RefusedUpgrade>) {
    self.answer = answer
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      status = Int(head.status.code)
    case .body(let bytes):
      body += bytes.readableBytesView.prefix(Self.maximumBodyBytes - body.count)
      if body.count >= Self.maximumBodyBytes { finish() }
    case .end:
      finish()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    finish()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish()
    context.close(promise: nil)
  }

  private func finish() {
    let promise = answer
    answer = nil
    if let status {
      promise?.succeed(RefusedUpgrade(status: status, body: String(decoding: body, as: UTF8.self)))
    } else {
      promise?.fail(ChannelError.eof)
    }
  }
}
