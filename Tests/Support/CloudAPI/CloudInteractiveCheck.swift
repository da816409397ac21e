/// Checks `interactive` messages: reply buttons, lists, the question for call permission, and the call button.
enum CloudInteractiveCheck {
  /// - Returns: the text of the body.
  static func check(_ message: CloudFields) throws(CloudError) -> String {
    let interactive = try CloudFields(message.json("interactive"), "interactive", code: 131009)
    let type = try interactive.string("type", oneOf: "button", "list", "call_permission_request", "voice_call")
    let action = try interactive.object("action")
    switch type {
    case "button":
      try interactive.only("type", "header", "body", "footer", "action")
      try checkHeader(interactive, allowsMedia: true)
      try checkButtons(action)
    case "list":
      try interactive.only("type", "header", "body", "footer", "action")
      try checkHeader(interactive, allowsMedia: false)
      try checkList(action)
    case "call_permission_request":
      try interactive.only("type", "body", "action")
      try action.only("name")
      _ = try action.string("name", oneOf: type)
    default:
      try interactive.only("type", "body", "action")
      try checkCallButton(action)
    }
    if interactive.has("footer") {
      let footer = try interactive.object("footer")
      try footer.only("text")
      _ = try footer.string("text", max: 60)
    }
    let body = try interactive.object("body")
    try body.only("text")
    return try body.string("text", max: type == "list" ? 4096 : 1024)
  }

  private static func checkHeader(_ interactive: CloudFields, allowsMedia: Bool) throws(CloudError) {
    guard interactive.has("header") else { return }
    let header = try interactive.object("header")
    guard allowsMedia else {
      _ = try header.string("type", oneOf: "text")
      try header.only("type", "text")
      _ = try header.string("text", max: 60)
      return
    }
    let type = try header.string("type", oneOf: "text", "image", "video", "document")
    try header.only("type", type)
    if type == "text" {
      _ = try header.string("text", max: 60)
    } else {
      let medium = try header.object(type)
      try medium.only("id", "link", "filename")
      guard medium.has("id") != medium.has("link") else { throw medium.invalid("id", "or link is needed, not both") }
    }
  }

  private static func checkButtons(_ action: CloudFields) throws(CloudError) {
    try action.only("buttons")
    var titles: Set<String> = []
    var ids: Set<String> = []
    for (index, json) in try action.array("buttons", 1...3).enumerated() {
      let button = try CloudFields(json, "\(action.path)['buttons'][\(index)]", code: action.code)
      try button.only("type", "reply")
      _ = try button.string("type", oneOf: "reply")
      let reply = try button.object("reply")
      try reply.only("id", "title")
      let id = try reply.string("id", max: 256)
      guard id.first?.isWhitespace == false, id.last?.isWhitespace == false else {
        throw reply.invalid("id", "must not begin or end with a space")
      }
      guard ids.insert(id).inserted else { throw reply.invalid("id", "must be unique") }
      guard titles.insert(try reply.string("title", max: 20)).inserted else {
        throw reply.invalid("title", "must be unique")
      }
    }
  }

  private static func checkList(_ action: CloudFields) throws(CloudError) {
    try action.only("button", "sections")
    _ = try action.string("button", max: 20)
    let sections = try action.array("sections", 1...10)
    var rowCount = 0
    var ids: Set<String> = []
    for (index, json) in sections.enumerated() {
      let section = try CloudFields(json, "\(action.path)['sections'][\(index)]", code: action.code)
      try section.only("title", "rows")
      if sections.count > 1 || section.has("title") { _ = try section.string("title", max: 24) }
      for (rowIndex, rowJSON) in try section.array("rows", 1...10).enumerated() {
        let row = try CloudFields(rowJSON, "\(section.path)['rows'][\(rowIndex)]", code: action.code)
        try row.only("id", "title", "description")
        guard ids.insert(try row.string("id", max: 200)).inserted else { throw row.invalid("id", "must be unique") }
        _ = try row.string("title", max: 24)
        _ = try row.optionalString("description", max: 72)
        rowCount += 1
      }
    }
    guard rowCount <= 10 else { throw action.invalid("sections", "must have at most 10 rows in all") }
  }

  private static func checkCallButton(_ action: CloudFields) throws(CloudError) {
    try action.only("name", "parameters")
    _ = try action.string("name", oneOf: "voice_call")
    guard action.has("parameters") else { return }
    let parameters = try action.object("parameters")
    try parameters.only("display_text", "ttl_minutes", "payload")
    _ = try parameters.optionalString("display_text", max: 20)
    _ = try parameters.optionalString("payload", max: 512)
    if parameters.has("ttl_minutes") { _ = try parameters.number("ttl_minutes", 1...43200) }
  }
}
