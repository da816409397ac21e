package import ChatBridge

/// `whatsapp.numbers[]`: a number on WhatsApp, and who answers there.
package struct WhatsAppNumberConfiguration: Sendable, Equatable {
  /// By which way it is reached.
  package enum Route: Sendable, Equatable {
    /// Meta's Cloud API, or the same JSON at another address.
    case cloud(CloudConfiguration)
    /// Twilio's Messages API.
    case twilio(TwilioConfiguration)
  }

  /// `whatsapp.numbers[].provider`
  package enum Provider: String, CaseIterable {
    case meta
    case dialog360 = "360dialog"
    case twilio
  }

  package var route: Route
  /// The name of the assistant that answers.
  package var assistant: String
  /// How it behaves there.
  package var chat = ChatSettings()

  /// A number that is reached by `route`, and where `assistant` answers.
  package init(route: Route, assistant: String, chat: ChatSettings = ChatSettings()) {
    self.route = route
    self.assistant = assistant
    self.chat = chat
  }
}
