import JSON

/// Who the messages of one delivery are from, as it tells beside them.
struct CloudContacts {
  private var byUser: [String: JSONValue] = [:]
  private var byPhone: [String: JSONValue] = [:]
  private let only: JSONValue?

  init(_ contacts: [JSONValue]) {
    only = contacts.count == 1 ? contacts.first : nil
    for contact in contacts {
      if let user = contact["user_id"]?.string, byUser[user] == nil { byUser[user] = contact }
      if let phone = contact["wa_id"]?.string, byPhone[phone] == nil { byPhone[phone] = contact }
    }
  }

  /// The contact of the sender who is named so. A single one is whoever wrote, also under another spelling of their
  /// number, unless it is another user.
  func sender(user: String?, phone: String?) -> JSONValue? {
    if let contact = user.flatMap({ byUser[$0] }) ?? phone.flatMap({ byPhone[$0] }) { return contact }
    guard let only else { return nil }
    if let user, let other = only["user_id"]?.string, other != user { return nil }
    return only
  }
}
