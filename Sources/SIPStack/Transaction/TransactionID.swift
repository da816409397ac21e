/// Names a client transaction: RFC 3261 17.1.3.
public struct ClientTransactionID: Sendable, Hashable {
  let branch: String
  let method: Method
}

/// Names a server transaction: RFC 3261 17.2.3. An ACK has the name of the INVITE it acknowledges.
public struct ServerTransactionID: Sendable, Hashable {
  private enum Storage: Sendable, Hashable {
    /// Call-ID and CSeq number are the same in all that belongs to a transaction; with them, peers that use a branch
    /// twice do no harm.
    case branch(String, sentBy: String, callID: String, sequence: UInt32, method: Method)
    /// The rules of RFC 2543 for peers whose branch lacks the magic cookie.
    case fields(uri: String, fromTag: String?, callID: String, sequence: UInt32, topVia: String, method: Method)
  }

  private let storage: Storage

  /// The name of the transaction that `request` begins or belongs to; nil when it lacks what the name is made of.
  init?(_ request: SIPRequest) {
    self.init(request, method: request.method == .ack ? .invite : request.method)
  }

  /// The name of the INVITE that a CANCEL is about (RFC 3261 9.2).
  init?(invitedBefore cancel: SIPRequest) {
    self.init(cancel, method: .invite)
  }

  private init?(_ request: SIPRequest, method: Method) {
    guard let via = request.topVia, let callID = request.callID, let sequence = request.cSeq?.number else { return nil }
    if let branch = via.branch, branch.lowercased().hasPrefix("z9hg4bk"), branch.utf8.count > 7 {
      storage = .branch(branch, sentBy: via.sentBy, callID: callID, sequence: sequence, method: method)
    } else {
      storage = .fields(
        uri: request.uri.description, fromTag: request.fromTag, callID: callID, sequence: sequence,
        topVia: via.sentBy + ";" + (via.branch ?? ""), method: method)
    }
  }
}

/// What two copies of one request that came on different paths have in common (RFC 3261 8.2.2.2).
struct MergeID: Sendable, Hashable {
  let callID: String
  let fromTag: String?
  let sequence: UInt32
  let method: Method

  /// Nil for a request inside a dialog, which can't be merged.
  init?(_ request: SIPRequest) {
    guard request.toTag == nil, let callID = request.callID, let sequence = request.cSeq?.number else { return nil }
    self.callID = callID
    fromTag = request.fromTag
    self.sequence = sequence
    method = request.method
  }
}

extension Via {
  /// Host and port in a form that compares.
  fileprivate var sentBy: String { host.lowercased() + ":" + (port.map { String($0) } ?? "") }
}
