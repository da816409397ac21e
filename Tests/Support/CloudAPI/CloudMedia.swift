/// A medium at the stand-in, uploaded by the business or sent by a customer.
public struct CloudMedia: Sendable, Equatable {
  /// Its id.
  public var id: String
  /// Its type as it was given.
  public var mimeType: String
  /// The name of the file; nil for what customers send.
  public var filename: String?
  /// The file.
  public var bytes: [UInt8]
  /// Whether the business uploaded it. Only then it may be sent.
  public var isUploaded: Bool
  /// Since when it is there, in time since 1970.
  public var time: Duration

  /// How long it can be used: 30 days if uploaded, 7 days if from a customer.
  var lifetime: Duration { isUploaded ? .seconds(30 * 86400) : .seconds(7 * 86400) }

  func isExpired(at now: Duration) -> Bool { now - time >= lifetime }

  /// Whether it may be sent with `voice: true`: Ogg with one channel of Opus.
  var isVoiceNote: Bool { CloudMediaKind.plain(mimeType) == "audio/ogg" && CloudOgg(bytes)?.channels == 1 }

  /// Checks a file as Meta does at the upload.
  static func check(_ bytes: [UInt8], mimeType: String) throws(CloudError) {
    guard let kind = CloudMediaKind(mimeType: mimeType) else {
      let types = CloudMediaKind.allCases.flatMap(\.mimeTypes).joined(separator: ", ")
      throw CloudError(
        100, "Param file must be a file with one of the following types: \(types). Received file of type '\(mimeType)'."
      )
    }
    guard !bytes.isEmpty else { throw CloudError(100, "Param file must not be empty.") }
    guard bytes.count <= kind.limit(of: bytes) else {
      throw CloudError(131053, "The file is larger than \(kind.limit(of: bytes)) bytes, the most for \(kind.rawValue).")
    }
    if CloudMediaKind.plain(mimeType) == "audio/ogg" {
      guard let ogg = CloudOgg(bytes) else { throw CloudError(131053, "The file is not Ogg with Opus in it.") }
      guard ogg.channels == 1 else { throw CloudError(131053, "Ogg must have one channel, not \(ogg.channels).") }
    }
  }
}
