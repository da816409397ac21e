import JSON
import Store
import VoicePipeline

/// Messages as the WhatsApp Cloud API takes them.
enum CloudBody {
  /// A message; `media` is the id under which a voice note's sound was uploaded, `isVoice` whether it is shown as one.
  static func message(_ message: ChannelMessage, media: String?, isVoice: Bool) -> JSONValue {
    var fields: [String: JSONValue] = [
      "messaging_product": "whatsapp", "recipient_type": "individual", "biz_opaque_callback_data": .string(message.key),
    ]
    // A number reaches everyone who shows one; the user id those who hide it.
    if let phone = message.recipient.phone {
      fields["to"] = .string("+" + phone)
    } else {
      fields["recipient"] = JSONValue(message.recipient.user)
    }
    if let id = message.replyTo { fields["context"] = ["message_id": .string(id)] }
    switch message.content {
    case .text(let text), .numbered(let text, _):
      fields["type"] = "text"
      fields["text"] = ["body": .string(text), "preview_url": .bool(text.contains("https://"))]
    case .choices(let text, let choices, let open):
      fields["type"] = "interactive"
      fields["interactive"] = interactive(text, choices, open)
    case .voiceNote(let transcript):
      if let media {
        fields["type"] = "audio"
        fields["audio"] = isVoice ? ["id": .string(media), "voice": true] : ["id": .string(media)]
      } else {
        fields["type"] = "text"
        fields["text"] = ["body": .string(transcript), "preview_url": false]
      }
    case .template(let name, let language, let values):
      fields["type"] = "template"
      var template: [String: JSONValue] = ["name": .string(name), "language": ["code": .string(language)]]
      if !values.isEmpty {
        let parameters = values.map { value -> JSONValue in ["type": "text", "text": .string(value)] }
        template["components"] = [["type": "body", "parameters": .array(parameters)]]
      }
      fields["template"] = .object(template)
    }
    return .object(fields)
  }

  private static func interactive(_ text: String, _ choices: [ReplyChoice], _ open: String) -> JSONValue {
    let limits = ChannelLimits.whatsApp
    let areButtons = choices.allSatisfy { $0.description == nil && $0.title.length <= limits.buttonTitle }
    if choices.count <= limits.buttons, areButtons {
      let buttons = choices.map { choice -> JSONValue in
        ["type": "reply", "reply": ["id": .string(choice.id), "title": .string(choice.title)]]
      }
      return ["type": "button", "body": ["text": .string(text)], "action": ["buttons": .array(buttons)]]
    }
    let rows = choices.map { choice -> JSONValue in
      var row: [String: JSONValue] = ["id": .string(choice.id), "title": .string(choice.title)]
      if let description = choice.description { row["description"] = .string(description) }
      return .object(row)
    }
    // A single section needs no title.
    return [
      "type": "list", "body": ["text": .string(text)],
      "action": ["button": .string(open), "sections": [["rows": .array(rows)]]],
    ]
  }

  /// "Read, and an answer is being written", which is one request.
  static func typing(for id: String) -> JSONValue {
    [
      "messaging_product": "whatsapp", "status": "read", "message_id": .string(id),
      "typing_indicator": ["type": "text"],
    ]
  }
}
