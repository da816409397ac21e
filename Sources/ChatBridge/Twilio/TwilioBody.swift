import JSON
import Store
import VoicePipeline

/// Messages as Twilio's Messages resource takes them.
enum TwilioBody {
  /// The form of a message from `configuration`'s number.
  static func message(
    _ message: ChannelMessage, _ configuration: TwilioConfiguration
  ) throws(ChatError) -> TwilioForm {
    guard let recipient = TwilioAddress.text(of: message.recipient) else {
      throw ChatError(.undeliverable, message: "neither the customer's number nor a user id is known")
    }
    var form = TwilioForm()
    form.add("From", TwilioAddress.text(ofNumber: configuration.number))
    form.add("To", recipient)
    switch message.content {
    case .text(let text), .numbered(let text, _):
      form.add("Body", text)
    case .choices(let text, let choices, open: _):
      // Whoever looks at the limits does not ask for buttons; if someone does, the words are what matters.
      let list = choices.enumerated().map { "\n\($0.offset + 1). \($0.element.title)" }.joined()
      form.add("Body", text + "\n" + list)
    case .voiceNote(let transcript):
      if let sound = message.sound {
        form.add("MediaUrl", "\(configuration.publicURL)/media/\(TwilioForm.encoded(sound.id))")
      } else {
        form.add("Body", transcript)
      }
    case .template(let name, language: _, let values):
      guard isContentSID(name) else {
        throw ChatError(
          .rejected, message: "a template's name is not a content SID; set reopening.template to Twilio's HX…")
      }
      form.add("ContentSid", name)
      if !values.isEmpty { form.add("ContentVariables", variables(values)) }
    }
    let key = TwilioForm.encoded(message.key)
    form.add("StatusCallback", "\(configuration.publicURL)/webhooks/twilio?key=\(key)")
    return form
  }

  /// `{"1": "…", "2": "…"}`. WhatsApp refuses values with line ends or with many spaces in a row.
  private static func variables(_ values: [String]) -> String {
    let pairs = values.enumerated().map { index, value -> (String, JSONValue) in
      ("\(index + 1)", .string(value.split(whereSeparator: \.isWhitespace).joined(separator: " ")))
    }
    return JSONValue.object(Dictionary(pairs, uniquingKeysWith: { $1 })).text
  }

  private static func isContentSID(_ name: String) -> Bool {
    name.hasPrefix("HX") && name.utf8.count == 34 && name.utf8.allSatisfy(\.isLetterOrDigit)
  }
}
