import SIPStack

extension FuzzTarget {
  /// A datagram is read or refused; what is read stays the same when it is written and read again, and a refusal can be
  /// read.
  static let sipMessage = FuzzTarget("sip-message") { bytes throws(Finding) in
    switch SIPParser.parse(datagram: bytes) {
    case .message(let message):
      switch message {
      case .request(let request): try look(at: request)
      case .response(let response): try look(at: response)
      }
      try expectSame(message, "a message")
    case .malformedRequest(let request):
      guard let response = request.response(toTag: "t") else { return }
      let text = String(decoding: response.serialized(), as: UTF8.self)
      try expect(text.hasPrefix("SIP/2.0 \(request.status) "), "a refusal that begins otherwise")
      try expect(!text.dropLast(4).contains("\r\n\r\n"), "a refusal with an end in its middle")
    case .unusable, .keepAlive: break
    }
  }

  /// A stream gives the same events in one piece and in many, and never holds more than a message.
  static let sipStream = FuzzTarget("sip-stream") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    let size = Int(input.byte())
    // Low enough that each is met.
    let limits = ParserLimits(fieldCount: 20, lineLength: 400, messageLength: 1500)
    let stream = input.all()
    var whole = StreamFramer(limits: limits)
    let expected = whole.receive(stream)
    var framer = StreamFramer(limits: limits)
    var events: [StreamFramer.Event] = []
    input = FuzzInput(stream)
    for piece in input.pieces(of: size) {
      events += framer.receive(piece)
      try expect(framer.bufferedCount <= limits.messageLength + piece.count, "\(framer.bufferedCount) bytes held back")
    }
    try expect(events == expected, "pieces of \(size) give other events")
    try expect(framer.isLost == whole.isLost, "pieces of \(size) lose the framing otherwise")
  }

  /// A multipart body comes apart into no more than it holds.
  static let multipart = FuzzTarget("multipart") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    let boundary = String(decoding: input.piece(), as: UTF8.self)
    let body = input.all()
    let parts = BodyPart.parts(of: body, boundary: boundary)
    try expect(parts.count <= BodyPart.maximumCount, "\(parts.count) parts")
    try expect(parts.reduce(0) { $0 + $1.body.count } <= body.count, "parts that are more than the whole")
    for part in parts { _ = part.content(of: .sdp) }
  }

  /// URIs, addresses, hops and lists of them mean the same when they are written and read again.
  static let sipURI = FuzzTarget("sip-uri") { bytes throws(Finding) in
    let text = String(decoding: bytes, as: UTF8.self)
    if let uri = URI(text) {
      // What had better been escaped is so in the second.
      guard let again = URI(uri.description) else { throw Finding("written and can't be read: \(uri)") }
      try expect(again.isEquivalent(to: uri) && uri.isEquivalent(to: again), "another URI: \(uri)")
      try expect(again.description == uri.description, "\(uri) becomes \(again)")
      _ = uri.telephoneNumber
    }
    if let address = NameAddress(text) {
      try expect(
        NameAddress(address.description)?.description == address.description, "another address: \(address)")
    }
    if let via = Via(text) { try expect(Via(via.description) == via, "another hop: \(via)") }
    _ = try? NameAddress.parseList(text)
    _ = try? Via.parseList(text)
  }
}

/// Asks everything of a message that a user agent would.
private func look(at message: some MessageFields) throws(Finding) {
  try expect(message.topVia != nil && message.from != nil && message.to != nil, "a message without its fields")
  try expect(message.cSeq != nil && message.callID != nil, "a message of no call")
  _ = (message.contacts, message.routes, message.recordRoutes, message.maxForwards)
  _ = (message.headers.elements(.supported), message.content(of: .sdp), message.bodyParts)
  if let uri = message.contacts.first?.uri {
    try expect(uri.isEquivalent(to: uri), "no equal of itself: \(uri)")
  }
}

/// Has `message` written, read and written again.
func expectSame(_ message: SIPMessage, _ what: String) throws(Finding) {
  let written = message.serialized()
  // What grows beyond the limits by being written out is refused, and rightly so.
  let parser = SIPParser(limits: ParserLimits(fieldCount: 1000, lineLength: 1 << 20, messageLength: 1 << 20))
  guard case .message(let again) = parser.parse(datagram: written) else {
    throw Finding("\(what) that is written and can't be read: \(String(decoding: written, as: UTF8.self))")
  }
  try expect(again.serialized() == written, "\(what) that becomes another: \(String(decoding: written, as: UTF8.self))")
}
