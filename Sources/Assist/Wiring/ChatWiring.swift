import Assistants
import Calls
import ChatBridge
import Coordination
import Logging
import NetClient
import Settings
import Store
import Telephony
import VoicePipeline

extension ChatBridge {
  /// The chats of `configuration`.
  convenience init(
    _ configuration: Configuration, assistants: [String: Assistant], store: any Storage, caller: CustomerRinging,
    hasPeople: @escaping @Sendable () -> Bool, logger: Logger, observer: @escaping @Sendable (ChatEvent) -> Void
  ) {
    let http = HTTPClient()
    let accounts = configuration.whatsapp.compactMap { number -> ChatAccount? in
      guard let assistant = assistants[number.assistant] else { return nil }
      let channel: any ChatChannel =
        switch number.route {
        case .cloud(let cloud): CloudAPI(cloud, http: http)
        case .twilio(let twilio): TwilioAPI(twilio, http: http)
        }
      return ChatAccount(channel: channel, assistant: assistant.forChats, settings: number.chat)
    }
    let gate = WebhookGate(configuration)
    let isStaffed = !configuration.people.isEmpty || !configuration.http.apiKeys.isEmpty
    let canCall = configuration.sip.trunks.contains { $0.proxy != nil }
    self.init(
      store: store, accounts: accounts, readers: gate.readers, hasPeople: { isStaffed || hasPeople() },
      caller: canCall ? caller : nil, log: logger, observer: observer)
  }
}

extension Assistant {
  /// The same assistant where it writes.
  var forChats: ChatAssistant { ChatAssistant(name: name, settings: settings, providers: providers) }
}

extension WebhookGate {
  /// The gate of the numbers of `configuration`.
  init(_ configuration: Configuration) {
    var clouds: [CloudConfiguration] = []
    var twilios: [TwilioConfiguration] = []
    for number in configuration.whatsapp {
      switch number.route {
      case .cloud(let cloud): clouds.append(cloud)
      case .twilio(let twilio): twilios.append(twilio)
      }
    }
    self.init(clouds, twilios)
  }
}

/// Rings customers who are writing.
struct CustomerRinging: CustomerCaller {
  /// Leads to the calls, which are made after the chats.
  let switchboard: WeakLink<Switchboard>

  func call(phone: String, conversation: String, assistant: String) async throws(CustomerCallFailure) {
    guard let switchboard = switchboard.object else { throw CustomerCallFailure("the server is not there") }
    do {
      _ = try await switchboard.place(CallOrder(to: "+" + phone, assistant: assistant, conversation: conversation))
    } catch {
      throw CustomerCallFailure("\(error)")
    }
  }
}
