package import Settings

/// What happens in a hand-over, for those who watch.
package enum TransferNotice: Sendable, Equatable {
  case started(to: String, mode: TransferMode)
  /// How ringing goes; a SIP status.
  case progress(status: Int)
  /// The person and the caller hear each other.
  case connected
  /// The last word. `outcome` in one or two words, e.g. `transferred`, `busy`, `declined`; `status` is a SIP status
  /// where there was one.
  case finished(succeeded: Bool, status: Int?, outcome: String)
}
