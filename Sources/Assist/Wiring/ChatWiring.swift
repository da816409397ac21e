import Assistants
import ChatBridge
import Coordination
import Logging
import NetClient
import Settings
import Store
import VoicePipeline

extension ChatBridge {
  /// The chats of `configuration`.
  convenience init(
    _ configuration: Configuration, assistants: [String: Assistant], store: any Storage, caller: TrunkCaller,
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

/// Who may deliver messages, and what is read from them.
struct WebhookGate: Sendable {
  let cloud: CloudWebhook
  let twilio: TwilioWebhook

  init(_ configuration: Configuration) {
    var clouds: [CloudConfiguration] = []
    var twilios: [TwilioConfiguration] = []
    for number in configuration.whatsapp {
      switch number.route {
      case .cloud(let cloud): clouds.append(cloud)
      case .twilio(let twilio): twilios.append(twilio)
      }
    }
    cloud = CloudWebhook(clouds)
    twilio = TwilioWebhook(twilios)
  }

  /// By the channel under which deliveries are kept.
  var readers: [String: DeliveryReader] {
    [
      "whatsapp": { [cloud] delivery in
        let read = CloudDelivery(
          delivery.body, numbers: cloud.numbers(of: delivery.source), at: delivery.receivedAt)
        return (read.updates, read.problem)
      },
      "twilio": { [twilio] delivery in
        let read = TwilioDelivery(
          delivery.body, numbers: twilio.numbers(of: delivery.source), at: delivery.receivedAt)
        return (read.updates, read.problem)
      },
    ]
  }
}

/// Sends a caller a WhatsApp message while the call goes on.
struct ChatMessenger: SideMessenger {
  let chat: ChatBridge
  let conversation: String

  func send(_ text: String) async throws(SideMessageFailure) {
    do {
      _ = try await chat.say(text, in: conversation, as: .assistant)
    } catch {
      throw SideMessageFailure(reason: "\(error)")
    }
  }
}

/// The server, for those who are made before it.
final class ServerLink: Sendable {
  private struct Reference: Sendable {
    weak var server: Server?
  }
  private let reference = Locked(Reference())
  var server: Server? { reference.withLock { $0.server } }
  func set(_ server: Server) { reference.withLock { $0.server = server } }
}
