/// A parser, or a machine that takes what others send, with what must hold of it whatever the bytes are.
public struct FuzzTarget: Sendable {
  /// Its name, which is also that of its folders under `Fuzz/Corpus` and `Fuzz/Crashes`.
  public let name: String
  private let body: @Sendable ([UInt8]) throws(Finding) -> Void

  init(_ name: String, _ body: @escaping @Sendable ([UInt8]) throws(Finding) -> Void) {
    self.name = name
    self.body = body
  }

  /// Has the parser read `bytes`. A trap is a finding as well as what is thrown.
  public func run(_ bytes: [UInt8]) throws(Finding) { try body(bytes) }

  /// All targets.
  public static let all: [FuzzTarget] = [
    .sipMessage, .sipStream, .sipAgent, .sipURI, .sdp, .offerAnswer, .digest, .multipart,
    .rtp, .rtcp, .receiver, .ogg, .wav,
    .engineIO, .socketIO, .json, .whatsApp, .twilio, .eventStream, .webSocket, .jsgf,
  ]
}

/// Something that must never be, and was.
public struct Finding: Error, CustomStringConvertible {
  /// What was found.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Throws a finding unless `condition` holds.
func expect(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws(Finding) {
  if !condition { throw Finding(otherwise()) }
}
