import Net
import SIPStack

extension FuzzTarget {
  /// A description that can be read means the same when it is written and read again.
  static let sdp = FuzzTarget("sdp") { bytes throws(Finding) in
    guard let session = try? SessionDescription(bytes) else { return }
    guard let again = try? SessionDescription(session.serialized()) else {
      throw Finding("written and can't be read: \(session)")
    }
    // Lines that came in an odd order have been put into that of the RFC.
    try expect(again.description == session.description, "another description: \(session)")
    for media in session.media {
      _ = (session.connection(of: media), session.direction(of: media), media.payloadMaps, media.rtcp)
      _ = (media.packetTime, media.maximumPacketTime)
    }
  }

  /// Offers and answers of a peer, in any order: what is made of them can be read, has the offer's lines, and keeps within
  /// what was asked.
  static let offerAnswer = FuzzTarget("offer-answer") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    var session = OfferAnswer(sessionID: 1)
    for _ in 0..<8 where !input.isEmpty {
      let asks = input.byte() & 1 == 1
      if asks { try expectReadable(session.offer(.fuzzed)) }
      guard let description = try? SessionDescription(input.record()) else { continue }
      if asks {
        let audio = try? session.accept(answer: description)
        try expect(!session.hasPendingOffer, "an offer that waits on")
        if let audio { try check(audio) }
      } else if let (answer, audio) = try? session.answer(to: description, with: .fuzzed) {
        try expectReadable(answer)
        try expect(answer.media.count == description.media.count, "an answer of \(answer.media.count) lines")
        try expect(answer.media.count { $0.port != 0 } == 1, "an answer that takes more than one line")
        try check(audio)
      }
    }
  }

  private static func check(_ audio: NegotiatedAudio) throws(Finding) {
    try expect(audio.sendPayloadType < 128 && audio.receivePayloadType < 128, "payload types beyond seven bits")
    try expect((10...120).contains(audio.packetTime), "packets of \(audio.packetTime) ms")
    try expect(audio.remote.port != 0, "audio that goes nowhere")
  }

  private static func expectReadable(_ description: SessionDescription) throws(Finding) {
    try expect(
      (try? SessionDescription(description.serialized())) == description, "made what reads otherwise: \(description)")
  }
}
