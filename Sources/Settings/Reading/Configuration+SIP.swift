import Net
import SIPStack

extension ConfigurationParser {
  func sip(_ section: ConfigurationSection) -> SIPConfiguration {
    var result = SIPConfiguration()
    if let value = section.value("listen") {
      result.listen = value.list("addresses like udp://0.0.0.0:5060").compactMap { listener($0) }
      if Set(result.listen.map(\.endpoint.address.family)).count > 1 {
        let (heard, silent) = result.mediaAddress.family == .v6 ? ("IPv6", "IPv4") : ("IPv4", "IPv6")
        value.warning("mixes IPv4 and IPv6, and media is bound to \(heard) alone: calls over \(silent) have no sound")
      }
    }
    if let value = section.value("external_address"), let text = value.string("an IP address") {
      result.externalAddress = IPAddress(text)
      if result.externalAddress == nil {
        value.mistake("\"\(text)\" is not an IP address; expected e.g. 203.0.113.7")
      }
    }
    let tls = section.value("tls")
    if !support.transports.contains(.tls) { tls?.warning("there is no TLS in this build") }
    if let body = tls?.section() {
      let certificate = body.required("certificate", "a PEM file")?.string("a PEM file").map { reader.path($0) }
      let key = body.required("key", "a PEM file")?.string("a PEM file").map { reader.path($0) }
      body.close()
      if let certificate, let key { result.tls = TLSConfiguration(certificate: certificate, key: key) }
    }
    if result.listen.contains(where: { $0.transport == .tls }), tls == nil {
      reader.mistake(section.key("tls"), section.node, "is missing; a tls:// address needs {certificate: …, key: …}")
    }
    if let value = section.value("trunks") {
      result.trunks = value.list("trunks with their name").compactMap { item in item.section().flatMap { trunk($0) } }
    }
    if let value = section.value("users") {
      result.users = value.list("users with their password").compactMap { item in
        guard let section = item.section() else { return nil }
        defer { section.close() }
        let username = section.required("username", "a name")?.string("a name")
        let password = section.required("password", "a secret, as ${NAME} or file:/path")?.secret()
        guard let username, let password else { return nil }
        return SIPUserConfiguration(username: username, password: password)
      }
    }
    if let value = section.value("anonymous"), let anonymous = value.bool() {
      result.anonymous = anonymous
      if anonymous, !result.listen.allSatisfy({ $0.endpoint.address.isLoopback }) {
        value.warning("anyone who reaches this machine may call, and is taken for a customer")
      }
    }
    section.close()
    return result
  }

  private func listener(_ value: ConfigurationValue) -> SIPListenAddress? {
    let expected = "udp://ADDRESS:PORT, tcp://… or tls://…"
    guard let text = value.string(expected) else { return nil }
    guard let separator = text.firstRange(of: "://"),
      let transport = TransportKind(rawValue: text[..<separator.lowerBound].lowercased()),
      let endpoint = SocketEndpoint(text[separator.upperBound...], defaultPort: transport.defaultPort)
    else {
      value.mistake("\"\(text)\" is not an address to listen on; expected \(expected)")
      return nil
    }
    if !support.transports.contains(transport) {
      let known = TransportKind.allCases.filter { support.transports.contains($0) }.map { "\($0.rawValue)://" }
      value.mistake(
        "\(transport.rawValue):// is not supported by this build; expected \(known.joined(separator: " or "))")
      return nil
    }
    return SIPListenAddress(transport: transport, endpoint: endpoint)
  }

  private func trunk(_ section: ConfigurationSection) -> TrunkConfiguration? {
    defer { section.close() }
    let name = section.required("name", "a name")?.string("a name")
    var trunk = TrunkConfiguration(name: name ?? "")
    if let value = section.value("proxy") {
      trunk.proxy = sipURI(value)
    }
    trunk.username = section.value("username")?.string("a name")
    trunk.password = section.value("password")?.secret()
    if let value = section.value("register"), let register = value.bool() {
      trunk.register = register
      if register, !support.registration { value.warning("trunks are not registered with by this build") }
      if register, section.value("proxy") == nil {
        value.mistake("needs `proxy`, where to register")
      }
    }
    trunk.callerID = section.value("caller_id")?.string("a number")
    if let value = section.value("accept_from") {
      trunk.acceptFrom = value.list("networks like 198.51.100.0/24").compactMap { item in
        guard let text = item.string("a network") else { return nil }
        if let network = Network(text) { return network }
        item.mistake("\"\(text)\" is not a network; expected e.g. 198.51.100.0/24")
        return nil
      }
    }
    return name == nil ? nil : trunk
  }
}
