import Net

/// The offer/answer state of one session (RFC 3264, RFC 6337): makes our descriptions and reads the peer's.
///
/// Every answer is made from the offer at hand; of the past only what the RFC binds to the session is kept: the
/// origin, the number and order of media lines, and what our payload types stand for.
public struct OfferAnswer: Sendable {
  /// Who answered or offered last decides which lines there are; `audio` is the index of ours.
  private struct Agreement {
    var local: SessionDescription
    var audio: Int
    var codec: PayloadKey?
  }

  private let sessionID: UInt64
  private var originConnection: Connection?
  private var payloadTypes = PayloadTypes()
  private var agreed: Agreement?
  private var pending: Agreement?
  private var pendingCapabilities: MediaCapabilities?
  private var latest: SessionDescription?

  /// The description of ours that was made last.
  public var localDescription: SessionDescription? { latest }

  /// Whether an offer of ours waits for its answer.
  public var hasPendingOffer: Bool { pending != nil }

  /// The state before the first offer.
  /// - Parameter sessionID: a random number, for the identifier and the first version of `o=`. The upper bits are
  ///   not used, since many peers read it as a signed number.
  public init(sessionID: UInt64) { self.sessionID = sessionID & 0x3FFF_FFFF_FFFF_FFFF }

  /// Makes an offer: audio with all our codecs, the agreed one first; other lines of the session stay refused.
  public mutating func offer(
    _ capabilities: MediaCapabilities, direction: Direction = .sendReceive
  ) -> SessionDescription {
    let index = agreed?.audio ?? 0
    var lines = agreed?.local.media.map(\.refused) ?? []
    var codecs = capabilities.codecs
    if let current = agreed?.codec, let position = codecs.firstIndex(where: { $0.key == current }) {
      codecs.insert(codecs.remove(at: position), at: 0)
    }
    let proto = lines.indices.contains(index) ? lines[index].proto : "RTP/AVP"
    var audio = MediaDescription(kind: "audio", port: capabilities.endpoint.port, proto: proto, formats: [])
    for codec in codecs {
      guard let number = payloadTypes.assign(codec.key, preferred: codec.payloadType) else { continue }
      add(codec, number, to: &audio)
    }
    if capabilities.telephoneEvent {
      var clocks: [UInt32] = []
      for codec in codecs where !clocks.contains(codec.clockRate) { clocks.append(codec.clockRate) }
      for clock in clocks {
        let preferred: UInt8 = clock == 48_000 ? 110 : 101
        guard let number = payloadTypes.assign(.telephoneEvent(clockRate: clock), preferred: preferred) else {
          continue
        }
        addTelephoneEvent(number, clockRate: clock, to: &audio)
      }
    }
    finish(&audio, capabilities, direction)
    if lines.indices.contains(index) { lines[index] = audio } else { lines.append(audio) }
    let description = describe(lines, capabilities)
    pending = Agreement(local: description, audio: min(index, lines.count - 1), codec: agreed?.codec)
    pendingCapabilities = capabilities
    return description
  }

  /// Answers an offer, the first or a later one. On an error nothing has changed and the session goes on as it was.
  /// - Parameter direction: what we are willing to do; the answer never goes beyond the offer.
  public mutating func answer(
    to offer: SessionDescription, with capabilities: MediaCapabilities, direction: Direction = .sendReceive
  ) throws(NegotiationError) -> (SessionDescription, NegotiatedAudio) {
    let choice = try Self.choose(from: offer, capabilities)
    let remote = choice.remote
    var audio = MediaDescription(
      kind: "audio", port: capabilities.endpoint.port, proto: remote.media.proto, formats: [])
    let receiveType = choice.map.payloadType
    payloadTypes.adopt(receiveType, for: choice.codec.key)
    add(choice.codec, receiveType, to: &audio)
    var event: RTPMap?
    if capabilities.telephoneEvent {
      event = remote.telephoneEvent(clockRate: choice.codec.clockRate) { _ in true }
      if let event {
        payloadTypes.adopt(event.payloadType, for: PayloadKey(event))
        addTelephoneEvent(event.payloadType, clockRate: event.clockRate, to: &audio)
      }
    }
    let ours = remote.direction.reversed.intersection(direction)
    finish(&audio, capabilities, ours)
    let lines = offer.media.enumerated().map { index, line in index == choice.index ? audio : line.refused }
    let description = describe(lines, capabilities)
    agreed = Agreement(local: description, audio: choice.index, codec: choice.codec.key)
    pending = nil
    pendingCapabilities = nil
    let negotiated = Self.negotiated(
      remote, codec: choice.codec, sendType: receiveType, receiveType: receiveType,
      events: event.map { ($0.payloadType, $0.payloadType, $0.clockRate) }, ours: ours, capabilities)
    return (description, negotiated)
  }

  /// Takes the answer to our offer. On an error the offer is forgotten and what was agreed before holds.
  public mutating func accept(answer: SessionDescription) throws(NegotiationError) -> NegotiatedAudio {
    guard let offered = pending, let capabilities = pendingCapabilities else { throw .noPendingOffer }
    discardOffer()
    guard answer.media.count == offered.local.media.count, answer.media.indices.contains(offered.audio),
      answer.media[offered.audio].kind == "audio"
    else { throw .mismatchedAnswer }
    let line = answer.media[offered.audio]
    guard line.port != 0 else { throw .refused }
    let remote = try RemoteAudio(line, in: answer, local: capabilities.endpoint.address.family)
    guard let (codec, sendType) = codec(of: line, capabilities), let receiveType = payloadTypes.number(of: codec.key)
    else { throw .noCommonCodec }
    let own = offered.local.media[offered.audio]
    let offeredEvents = Set(own.payloadMaps.map { PayloadKey($0) }.filter(\.isTelephoneEvent))
    var events: (UInt8, UInt8, UInt32)?
    if let event = remote.telephoneEvent(clockRate: codec.clockRate, where: offeredEvents.contains),
      let receive = payloadTypes.number(of: PayloadKey(event))
    {
      events = (event.payloadType, receive, event.clockRate)
    }
    let ours = remote.direction.reversed.intersection(offered.local.direction(of: own))
    agreed = Agreement(local: offered.local, audio: offered.audio, codec: codec.key)
    return Self.negotiated(
      remote, codec: codec, sendType: sendType, receiveType: receiveType, events: events, ours: ours, capabilities)
  }

  /// Forgets an offer that was refused (488, 491): what was agreed before holds.
  public mutating func discardOffer() {
    pending = nil
    pendingCapabilities = nil
  }
}

extension OfferAnswer {
  private struct Choice {
    var index: Int
    var remote: RemoteAudio
    var codec: CodecDescription
    var map: RTPMap
  }

  /// The first audio line we can work with; when there is none, what was wrong with the first that had a port.
  private static func choose(
    from offer: SessionDescription, _ capabilities: MediaCapabilities
  ) throws(NegotiationError) -> Choice {
    var problem = NegotiationError.noAudio
    for (index, line) in offer.media.enumerated() {
      do throws(NegotiationError) {
        let remote = try RemoteAudio(line, in: offer, local: capabilities.endpoint.address.family)
        guard let (codec, map) = common(line.payloadMaps, capabilities) else { throw .noCommonCodec }
        return Choice(index: index, remote: remote, codec: codec, map: map)
      } catch {
        if problem == .noAudio { problem = error }
      }
    }
    throw problem
  }

  private static func common(
    _ maps: [RTPMap], _ capabilities: MediaCapabilities
  ) -> (codec: CodecDescription, map: RTPMap)? {
    switch capabilities.preference {
    case .offerer:
      for map in maps {
        if let codec = capabilities.codecs.first(where: { $0.key == PayloadKey(map) }) { return (codec, map) }
      }
    case .local:
      for codec in capabilities.codecs {
        if let map = maps.first(where: { PayloadKey($0) == codec.key }) { return (codec, map) }
      }
    }
    return nil
  }

  /// The first codec of the answer that we offered, and the payload type the peer wants for it.
  private func codec(
    of line: MediaDescription, _ capabilities: MediaCapabilities
  ) -> (CodecDescription, UInt8)? {
    let maps = Dictionary(line.payloadMaps.map { ($0.payloadType, $0) }) { first, _ in first }
    for format in line.formats {
      guard let number = decimal(format, maximum: 127).map({ UInt8($0) }) else { continue }
      // A dynamic type that the answer does not map can only mean what our offer said.
      guard let key = maps[number].map({ PayloadKey($0) }) ?? payloadTypes.key(of: number) else { continue }
      if let codec = capabilities.codecs.first(where: { $0.key == key }) { return (codec, number) }
    }
    return nil
  }

  private func add(_ codec: CodecDescription, _ number: UInt8, to audio: inout MediaDescription) {
    let map = RTPMap(payloadType: number, encoding: codec.name, clockRate: codec.clockRate, channels: codec.channels)
    audio.formats.append(String(number))
    audio.attributes.append(Attribute("rtpmap", map.value))
    if let parameters = codec.formatParameters { audio.attributes.append(Attribute("fmtp", "\(number) \(parameters)")) }
  }

  private func addTelephoneEvent(_ number: UInt8, clockRate: UInt32, to audio: inout MediaDescription) {
    audio.formats.append(String(number))
    audio.attributes.append(Attribute("rtpmap", "\(number) telephone-event/\(clockRate)"))
    audio.attributes.append(Attribute("fmtp", "\(number) 0-16"))
  }

  private func finish(_ audio: inout MediaDescription, _ capabilities: MediaCapabilities, _ direction: Direction) {
    audio.attributes.append(Attribute("ptime", String(capabilities.packetTime)))
    audio.attributes.append(Attribute(direction.rawValue))
  }

  /// The whole description; the version goes up by one when anything in it has changed (RFC 3264 section 8).
  private mutating func describe(
    _ lines: [MediaDescription], _ capabilities: MediaCapabilities
  ) -> SessionDescription {
    let connection = Connection(capabilities.endpoint.address)
    let originConnection = self.originConnection ?? connection
    self.originConnection = originConnection
    var description = SessionDescription(
      origin: Origin(
        sessionID: sessionID, version: latest?.origin.version ?? sessionID, connection: originConnection),
      connection: connection, media: lines)
    if let latest, latest != description { description.origin.version += 1 }
    latest = description
    return description
  }

  private static func negotiated(
    _ remote: RemoteAudio, codec: CodecDescription, sendType: UInt8, receiveType: UInt8,
    events: (send: UInt8, receive: UInt8, clockRate: UInt32)?, ours: Direction, _ capabilities: MediaCapabilities
  ) -> NegotiatedAudio {
    NegotiatedAudio(
      codec: codec, sendPayloadType: sendType, receivePayloadType: receiveType, sendTelephoneEvent: events?.send,
      receiveTelephoneEvent: events?.receive, telephoneEventClockRate: events?.clockRate,
      remoteFormatParameters: remote.media.formatParameters(sendType), remote: remote.rtp,
      remoteRTCP: remote.rtcp,
      canSend: ours.sends, canReceive: ours.receives,
      packetTime: remote.packetTime(local: capabilities.packetTime))
  }
}
