extension ConfigurationParser {
  /// A secret, or a mapping of a secret, a name and scopes.
  func apiKeys(_ value: ConfigurationValue) -> [APIKeyConfiguration] {
    var names: Set<String> = []
    return value.list("secrets, as [\"${NAME}\"]").enumerated().compactMap { index, item in
      guard let key = item.isSection ? section(item, index) : bare(item, index) else { return nil }
      if !names.insert(key.name).inserted { item.mistake("there are two keys with the name \"\(key.name)\"") }
      return key
    }
  }

  private func bare(_ item: ConfigurationValue, _ index: Int) -> APIKeyConfiguration? {
    item.secret().map {
      APIKeyConfiguration(name: "key \(index + 1)", key: $0, scopes: Set(APIScope.allCases))
    }
  }

  private func section(_ item: ConfigurationValue, _ index: Int) -> APIKeyConfiguration? {
    guard let section = item.section() else { return nil }
    defer { section.close() }
    let name = section.value("name")?.string("a name")
    let scopes = section.value("scopes")?.list("scopes such as calls:read").compactMap { $0.choice(APIScope.self) }
    guard let key = section.required("key", "a secret, as ${NAME} or file:/path")?.secret() else { return nil }
    return APIKeyConfiguration(
      name: name ?? "key \(index + 1)", key: key, scopes: scopes.map { Set($0) } ?? Set(APIScope.allCases))
  }
}
