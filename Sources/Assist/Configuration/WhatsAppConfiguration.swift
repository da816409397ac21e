import ChatBridge

/// `whatsapp.numbers[]`: a number on WhatsApp, and who answers there.
struct WhatsAppNumberConfiguration: Sendable, Equatable {
  /// By which way it is reached.
  enum Route: Sendable, Equatable {
    /// Meta's Cloud API, or the same JSON at another address.
    case cloud(CloudConfiguration)
    /// Twilio's Messages API.
    case twilio(TwilioConfiguration)
  }

  /// `whatsapp.numbers[].provider`
  enum Provider: String, CaseIterable {
    case meta
    case dialog360 = "360dialog"
    case twilio
  }

  var route: Route
  /// The name of the assistant that answers.
  var assistant: String
  /// How it behaves there.
  var chat = ChatSettings()
}
