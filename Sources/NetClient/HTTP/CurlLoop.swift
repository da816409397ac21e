import CCurl
import Coordination

#if canImport(Glibc)
  import Glibc
#endif

/// The one thread on which libcurl runs, with its pool of connections. Others leave it commands.
final class CurlLoop: @unchecked Sendable {
  enum Command {
    case start(HTTPRequest, UInt64, HTTPExchange)
    case resume(UInt64)
    case cancel(UInt64)
  }

  private struct Inbox {
    var commands: [Command] = []
    var isStopped = false
  }

  private let inbox = Locked(Inbox())
  private let multi: UnsafeMutableRawPointer
  private let caFile: String?
  // Touched on the thread only.
  private var transfers: [UInt64: CurlTransfer] = [:]
  private var identifiers: [UnsafeMutableRawPointer: UInt64] = [:]

  private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Nil if the library or the thread can't start, which on a sound machine does not happen.
  init?(caFile: String?, connectionsPerHost: Int) {
    guard Self.libraryIsReady, let multi = curl_multi_init() else { return nil }
    self.multi = multi
    self.caFile = caFile
    ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1024)
    ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard result == 0 else {
      context.release()
      curl_multi_cleanup(multi)
      return nil
    }
    pthread_detach(thread)
  }

  /// Leaves a command for the thread. False once it has stopped.
  @discardableResult
  func submit(_ command: Command) -> Bool {
    inbox.withLock { inbox in
      guard !inbox.isStopped else { return false }
      inbox.commands.append(command)
      // Inside the lock: the thread frees the handle only after it has seen the stop under the same lock.
      curl_multi_wakeup(multi)
      return true
    }
  }

  /// Ends all transfers and the thread.
  func stop() {
    inbox.withLock { inbox in
      guard !inbox.isStopped else { return }
      inbox.isStopped = true
      curl_multi_wakeup(multi)
    }
  }

  private func run() {
    while true {
      let (commands, isStopped) = inbox.withLock { inbox in
        defer { inbox.commands.removeAll(keepingCapacity: true) }
        return (inbox.commands, inbox.isStopped)
      }
      for command in commands { perform(command) }
      if isStopped { break }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      collectFinished()
      var readable: Int32 = 0
      curl_multi_poll(multi, nil, 0, millisecondsToNextDeadline(), &readable)
    }
    for (identifier, transfer) in transfers {
      remove(identifier)
      transfer.exchange.finish(
        HTTPError(.cancelled, host: transfer.host, message: "the client was shut down"))
    }
    curl_multi_cleanup(multi)
  }

  private func perform(_ command: Command) {
    switch command {
    case .start(let request, let identifier, let exchange):
      guard
        let transfer = CurlTransfer(request, host: exchange.host, exchange: exchange, caFile: caFile, now: .now)
      else {
        exchange.finish(HTTPError(.interrupted, host: exchange.host, message: "out of memory"))
        return
      }
      transfers[identifier] = transfer
      identifiers[transfer.handle] = identifier
      curl_multi_add_handle(multi, transfer.handle)
    case .resume(let identifier):
      transfers[identifier]?.resume()
    case .cancel(let identifier):
      remove(identifier)
    }
  }

  private func collectFinished() {
    var remaining: Int32 = 0
    while let message = curl_multi_info_read(multi, &remaining) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      let result = message.pointee.data.result
      guard let identifier = identifiers[handle], let transfer = transfers[identifier] else { continue }
      remove(identifier)
      transfer.exchange.finish(transfer.error(result))
    }
  }

  private func remove(_ identifier: UInt64) {
    guard let transfer = transfers.removeValue(forKey: identifier) else { return }
    identifiers[transfer.handle] = nil
    curl_multi_remove_handle(multi, transfer.handle)
  }

  /// Ends what is overdue and tells how long the thread may sleep.
  private func millisecondsToNextDeadline() -> Int32 {
    let now = ContinuousClock.now
    var sleep = Duration.seconds(10)
    for (identifier, transfer) in transfers {
      let deadline = transfer.deadline
      if deadline.at <= now {
        remove(identifier)
        transfer.exchange.finish(transfer.timeoutError(deadline.phase))
      } else {
        sleep = min(sleep, now.duration(to: deadline.at))
      }
    }
    // One more, since rounding down would spin through the last millisecond.
    return Int32(clamping: sleep.wholeMilliseconds + 1)
  }
}
