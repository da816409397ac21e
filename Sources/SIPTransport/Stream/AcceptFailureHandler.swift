internal import Logging
internal import NIOCore
internal import SIPStack

/// Tells of connections that a listener could not take, so that a listener which takes none is not silent about it.
final class AcceptFailureHandler: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private let logger: Logger
  private var allowance = LogAllowance(burst: 1, interval: .seconds(60))

  init(logger: Logger) {
    self.logger = logger
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let untold = allowance.take(at: .now) else { return }
    logger.warning(
      "connections can't be taken", metadata: ["count": "\(untold + 1)", "latest error": "\(error)"])
  }
}
