internal import Logging
internal import NIOCore

/// Tells of connections that a listener could not take, so that a listener which takes none is not silent about it.
/// One line a minute at most, with how many there were: whoever connects must not be able to fill the log.
final class AcceptFailureHandler: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private let logger: Logger
  private var nextLine = NIODeadline.now()
  private var untold = 0

  init(logger: Logger) {
    self.logger = logger
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    untold += 1
    guard NIODeadline.now() >= nextLine else { return }
    logger.warning(
      "connections can't be taken", metadata: ["count": "\(untold)", "latest error": "\(error)"])
    untold = 0
    nextLine = .now() + .minutes(1)
  }
}
