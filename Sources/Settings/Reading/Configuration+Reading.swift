import Net
import SIPStack
import VoicePipeline
import Yams

extension Configuration {
  /// Reads the text of a file.
  ///
  /// - Parameters:
  ///   - file: its name, for messages and for paths relative to it.
  ///   - account: finds a user of this machine by name.
  ///   - contents: reads a file that the configuration names; `nil` when it can't be read.
  ///   - ephemeralPorts: the ports that the kernel gives to others at will.
  /// - Throws: every mistake at once.
  static func read(
    _ text: String, file: String, environment: [String: String], support: BuildSupport = .current,
    ephemeralPorts: ClosedRange<Int>? = nil, account: @escaping (String) -> SystemAccount? = { _ in nil },
    contents: @escaping (String) -> String? = { _ in nil }
  ) throws(ConfigurationError) -> Configuration {
    let reader = ConfigurationReader(file: file, environment: environment, contents: contents)
    func fail(_ line: Int, _ message: String) -> ConfigurationError {
      ConfigurationError(mistakes: [ConfigurationMistake(file: file, line: line, key: "", message: message)])
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      let (line, message) = error.place
      throw fail(line, message)
    } catch {
      throw fail(0, "is not YAML: \(error)")
    }
    guard let root, root.null == nil else {
      throw fail(0, "is empty; leave out --config to run with the built-in configuration")
    }
    guard
      let section = ConfigurationValue(reader: reader, key: "", node: root).section()
    else {
      throw ConfigurationError(mistakes: reader.mistakes)
    }
    let parser = ConfigurationParser(
      reader: reader, support: support, ephemeralPorts: ephemeralPorts, account: account)
    let configuration = parser.parse(section)
    guard reader.mistakes.isEmpty else {
      throw ConfigurationError(mistakes: reader.mistakes.inFileOrder(file))
    }
    return configuration
  }
}

extension YamlError {
  /// The line, from 1, and what is wrong.
  var place: (line: Int, message: String) {
    switch self {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return (mark.line, "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return (context.mark.line, "has the key \(duplicates.map { "\($0)" }.sorted().joined(separator: ", ")) twice")
    default: return (0, "is not YAML: \(self)")
    }
  }
}

/// Turns sections into structures.
struct ConfigurationParser {
  let reader: ConfigurationReader
  let support: BuildSupport
  let ephemeralPorts: ClosedRange<Int>?
  let account: (String) -> SystemAccount?

  func parse(_ root: ConfigurationSection) -> Configuration {
    var result = Configuration()
    if let value = root.value("run_as"), let name = value.string("the name of a user") {
      result.runAs = account(name)
      if result.runAs == nil { value.mistake("there is no user \"\(name)\" on this machine") }
    }
    if let section = root.value("sip")?.section() { result.sip = sip(section) }
    if let section = root.value("rtp")?.section() { result.rtp = rtp(section) }
    if let section = root.value("assistants")?.section() {
      for name in section.keys {
        guard let value = section.value(name), let body = value.section() else { continue }
        result.assistants[name] = assistant(name, body)
      }
    }
    let assistants = Array(result.assistants.keys)
    if let value = root.value("routes") {
      for item in value.list("routes like {to: \"*\", assistant: front-desk}") {
        if let section = item.section(), let route = route(section, assistants: assistants) {
          result.routes.routes.append(route)
        }
      }
    } else if let only = assistants.first, assistants.count == 1 {
      result.routes = RouteTable(routes: [Route(to: Glob("*"), destination: .assistant(only))])
    } else {
      reader.mistake("routes", root.node, "is missing; expected routes like {to: \"*\", assistant: front-desk}")
    }
    if let section = root.value("whatsapp")?.section() {
      result.whatsapp = whatsapp(section, assistants: assistants)
    }
    if let section = root.value("http")?.section() { result.http = http(section) }
    if let value = root.value("people") { result.people = people(value) }
    if let value = root.value("queue"), let section = value.section() { result.queue = queue(value, section) }
    if let section = root.value("store")?.section() { result.store = store(section) }
    if let section = root.value("recording")?.section() { result.recording = recording(section) }
    if let value = root.value("cluster"), let section = value.section() { result.cluster = cluster(value, section) }
    root.close()
    result.warnings = reader.warnings.sorted { $0.line < $1.line }
    return result
  }

  private func rtp(_ section: ConfigurationSection) -> RTPConfiguration {
    var result = RTPConfiguration()
    if let value = section.value("ports"), let ports = ports(value) { result.ports = ports }
    if let value = section.value("codecs") {
      let items = value.list("codecs, e.g. [PCMA, PCMU]")
      var names: [CodecName] = []
      for item in items {
        guard let name = item.choice(CodecName.self) else { continue }
        if names.contains(name) { item.mistake("\(name.rawValue) is named twice") }
        names.append(name)
        if name.codec == nil { item.warning("\(name.rawValue) is not spoken by this build") }
      }
      let codecs = names.compactMap(\.codec)
      if !codecs.isEmpty {
        result.codecs = codecs
      } else if names.count == items.count {
        let known = CodecName.allCases.filter { $0.codec != nil }.map { $0.rawValue }
        value.mistake("no codec is left that this build speaks; expected some of \(known.joined(separator: ", "))")
      }
    }
    if let value = section.value("srtp"), let policy = value.choice(SRTPPolicy.self) {
      result.srtp = policy
      if !support.srtp, policy == .require { value.mistake("require is not supported by this build; expected off") }
      if !support.srtp, policy == .accept { value.warning("media is not encrypted by this build, even where offered") }
    }
    if let timeout = section.value("media_timeout")?.duration(.seconds(2) ... .seconds(3600)) {
      result.mediaTimeout = timeout
    }
    if let threads = section.value("threads")?.integer(1...64) { result.threads = threads }
    section.close()
    return result
  }

  private func ports(_ value: ConfigurationValue) -> ClosedRange<Int>? {
    let expected = "FIRST-LAST between 1024 and 65535, e.g. 10000-19999"
    guard let text = value.string(expected) else { return nil }
    let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let last = numbers[1], first >= 1024, last <= 65_535,
      first < last
    else {
      value.mistake("\"\(text)\" is not a range of ports; expected \(expected)")
      return nil
    }
    if let ephemeralPorts, ephemeralPorts.overlaps(first...last) {
      value.warning(
        "overlaps the kernel's ephemeral ports \(ephemeralPorts.lowerBound)-\(ephemeralPorts.upperBound), "
          + "which other programs are given; 10000-19999 does not")
    }
    return first...last
  }

  private func route(_ section: ConfigurationSection, assistants: [String]) -> Route? {
    defer { section.close() }
    let to = section.required("to", "a pattern for the called user, e.g. \"*\"")?.string("a pattern")
    let from = section.value("from")?.string("a pattern")
    let assistant = section.value("assistant")
    let application = section.value("application")
    let file = section.value("file")?.string("a path").map { reader.path($0) }
    switch (assistant, application) {
    case (let value?, nil):
      guard let name = value.string("the name of an assistant") else { return nil }
      check(assistant: name, value, among: assistants)
      return to.map { Route(to: Glob($0), from: from.map { Glob($0) }, destination: .assistant(name)) }
    case (nil, let value?):
      guard let application = value.choice(CallApplication.self) else { return nil }
      return to.map {
        Route(to: Glob($0), from: from.map { Glob($0) }, destination: .application(application, file: file))
      }
    default:
      reader.mistake(section.path, section.node, "expected either `assistant` or `application`")
      return nil
    }
  }

  func check(assistant name: String, _ value: ConfigurationValue, among assistants: [String]) {
    guard !assistants.contains(name) else { return }
    let hint =
      Nearest.to(name, among: assistants).map { "did you mean \"\($0)\"?" }
      ?? (assistants.isEmpty ? "there are none" : "known are " + assistants.sorted().joined(separator: ", "))
    value.mistake("there is no assistant \"\(name)\"; \(hint)")
  }

  private func http(_ section: ConfigurationSection) -> HTTPConfiguration {
    var result = HTTPConfiguration()
    if let value = section.value("listen"), let text = value.string("an address and port, e.g. 127.0.0.1:8080") {
      if let endpoint = SocketEndpoint(text) {
        result.listen = endpoint
      } else {
        value.mistake("\"\(text)\" is not an address and port; expected e.g. 127.0.0.1:8080")
      }
    }
    if let value = section.value("api_keys") {
      result.apiKeys = apiKeys(value)
    }
    if let value = section.value("origins") {
      result.origins = value.list("origins like https://desk.example").compactMap { item in
        url(item, schemes: ["https", "http"])
      }
    }
    if let value = section.value("public_url") { result.publicURL = url(value, schemes: ["https", "http"]) }
    if let value = section.value("webhooks") { result.webhooks = webhooks(value) }
    section.close()
    return result
  }

  private func store(_ section: ConfigurationSection) -> StoreConfiguration {
    var result = StoreConfiguration()
    if let value = section.required("url", "sqlite:PATH"), let text = value.string("sqlite:PATH") {
      if text.hasPrefix("sqlite:"), text.utf8.count > 7 {
        result.path = reader.path(String(text.dropFirst(7)))
      } else if text.hasPrefix("postgres://") {
        value.mistake("postgres:// is not supported by this build; expected sqlite:PATH")
      } else {
        value.mistake("is not the address of a store; expected sqlite:PATH")
      }
    }
    if let section = section.value("retention")?.section() { result.retention = retention(section) }
    section.close()
    return result
  }

  private func recording(_ section: ConfigurationSection) -> RecordingConfiguration {
    var result = RecordingConfiguration()
    if let calls = section.value("calls")?.bool() { result.calls = calls }
    if let folder = section.value("folder")?.string("a path") { result.folder = reader.path(folder) }
    section.close()
    return result
  }

  private func cluster(_ value: ConfigurationValue, _ section: ConfigurationSection) -> ClusterConfiguration? {
    defer { section.close() }
    if !support.cluster { value.warning("this build runs as a single node") }
    guard let value = section.required("url", "redis://…"), let url = value.secret() else { return nil }
    guard url.value.hasPrefix("redis://") || url.value.hasPrefix("rediss://") else {
      value.mistake("is not the address of a Redis; expected redis://…")
      return nil
    }
    return ClusterConfiguration(url: url)
  }

  /// A URL with one of `schemes` and a host.
  func url(_ value: ConfigurationValue, schemes: [String]) -> String? {
    let expected = schemes.map { "\($0)://…" }.joined(separator: " or ")
    guard let text = value.string(expected) else { return nil }
    let isURL = schemes.contains { scheme in
      text.hasPrefix(scheme + "://") && text.utf8.count > scheme.utf8.count + 3
        && text.dropFirst(scheme.count + 3).first != "/"
    }
    guard isURL, !text.contains(where: { $0.isWhitespace }) else {
      value.mistake("\"\(text)\" is not a URL; expected \(expected)")
      return nil
    }
    return text
  }

  /// A SIP URI, as text.
  func sipURI(_ value: ConfigurationValue) -> String? {
    let expected = "a SIP URI, e.g. sip:pbx.example"
    guard let text = value.string(expected) else { return nil }
    guard URI(text)?.sip != nil else {
      value.mistake("\"\(text)\" is not a SIP URI; expected e.g. sip:pbx.example")
      return nil
    }
    return text
  }
}
