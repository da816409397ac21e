import Logging
import Store

/// Writes down who did what. An entry that can't be written is told in the log, and stops nobody.
struct AuditTrail: Sendable {
  let book: any AuditBook
  let clock: any TimestampClock
  let logger: Logger

  func note(_ who: String, _ action: String, _ subject: String, _ detail: String = "", from address: String) async {
    do {
      try await book.audit(
        NewAudit(
          at: clock.now, who: who, action: action, subject: subject, detail: detail.isEmpty ? nil : detail,
          address: address))
    } catch {
      logger.error("the audit log can't be written", metadata: ["reason": "\(error)"])
    }
  }
}
