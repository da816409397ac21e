/// Which pages look at which conversations, and who is writing. A value without IO.
struct Viewers: Sendable {
  /// Somebody who looks at a conversation, on however many pages.
  struct Viewer: Sendable, Equatable {
    var username: String
    var name: String
    var isTyping: Bool
  }

  private struct Page {
    var username: String
    var name: String
    var conversations: Set<String> = []
    var typing: Set<String> = []
  }

  private var pages: [String: Page] = [:]
  private var watchers: [String: Set<String>] = [:]

  /// A page looks at a conversation; false if it looks at too many.
  mutating func watch(_ conversation: String, by page: String, username: String, name: String, limit: Int) -> Bool {
    var entry = pages[page] ?? Page(username: username, name: name)
    guard entry.conversations.contains(conversation) || entry.conversations.count < limit else { return false }
    entry.conversations.insert(conversation)
    pages[page] = entry
    watchers[conversation, default: []].insert(page)
    return true
  }

  /// A page looks away; false if it did not look.
  mutating func unwatch(_ conversation: String, by page: String) -> Bool {
    guard pages[page]?.conversations.remove(conversation) != nil else { return false }
    pages[page]?.typing.remove(conversation)
    forget(page, conversation)
    return true
  }

  /// Somebody begins to write, or stops; false if that is nothing new, or they don't look.
  mutating func typing(_ isTyping: Bool, in conversation: String, by page: String) -> Bool {
    guard let entry = pages[page], entry.conversations.contains(conversation),
      entry.typing.contains(conversation) != isTyping
    else { return false }
    if isTyping { pages[page]?.typing.insert(conversation) } else { pages[page]?.typing.remove(conversation) }
    return true
  }

  /// A page is gone. Returns what it looked at.
  mutating func left(_ page: String) -> [String] {
    guard let entry = pages.removeValue(forKey: page) else { return [] }
    for conversation in entry.conversations { forget(page, conversation) }
    return entry.conversations.sorted()
  }

  /// Who looks at a conversation.
  func people(in conversation: String) -> [Viewer] {
    var found: [String: Viewer] = [:]
    for page in watchers[conversation] ?? [] {
      guard let entry = pages[page] else { continue }
      let isTyping = entry.typing.contains(conversation) || (found[entry.username]?.isTyping ?? false)
      found[entry.username] = Viewer(username: entry.username, name: entry.name, isTyping: isTyping)
    }
    return found.values.sorted { $0.username < $1.username }
  }

  private mutating func forget(_ page: String, _ conversation: String) {
    watchers[conversation]?.remove(page)
    if watchers[conversation]?.isEmpty == true { watchers[conversation] = nil }
  }
}
