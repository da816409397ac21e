import JSON
import VoicePipeline

/// The tools that a model may call.
enum ChatTool: String, CaseIterable {
  case transferToHuman = "transfer_to_human"
  case endCall = "end_call"
  case sendWhatsApp = "send_whatsapp"
  case offerChoices = "offer_choices"
  case callCustomer = "call_customer"

  /// What has to be possible for the tool to be offered.
  var ability: DialogueAbility {
    switch self {
    case .transferToHuman: .transferToHuman
    case .endCall: .endConversation
    case .sendWhatsApp: .sendMessage
    case .offerChoices: .offerChoices
    case .callCustomer: .callCustomer
    }
  }

  /// The tools of a conversation; nil if it has none, since an empty list is refused.
  static func definitions(for context: DialogueContext) -> [ChatToolDefinition]? {
    let tools = allCases.filter { context.abilities.contains($0.ability) }
    return tools.isEmpty ? nil : tools.map { $0.definition(for: context.medium) }
  }

  private func definition(for medium: DialogueMedium) -> ChatToolDefinition {
    let who = medium == .phone ? "caller" : "customer"
    switch self {
    case .transferToHuman:
      return ChatToolDefinition(
        rawValue,
        "Hands the \(who) to a person. Use it when the \(who) asks for one, or when you can't help. Say so to the "
          + "\(who) in the same answer, in one short sentence.",
        ["reason": .text("What the \(who) wants, in one sentence.")])
    case .endCall:
      return ChatToolDefinition(
        rawValue, "Ends the conversation. Use it when the \(who) is done. Say goodbye in the same answer.")
    case .sendWhatsApp:
      return ChatToolDefinition(
        rawValue,
        "Sends the \(who) a WhatsApp message, for what is better read than heard: an address, a link, a number. Say in "
          + "the same answer, in one short sentence, what you are sending.",
        ["text": .text("The message. Links and *bold* are allowed.")])
    case .offerChoices:
      return ChatToolDefinition(
        rawValue,
        "Shows the \(who) buttons under your answer, one of which they may tap instead of writing. Ask the question in "
          + "the same answer.",
        [
          "choices": .list(
            of: [
              "title": .text("What the button says, at most \(ReplyChoice.maximumTitle) characters."),
              "description": .text("A line below it, at most \(ReplyChoice.maximumDescription) characters."),
            ], required: ["title"], "1 to \(ReplyChoice.maximumCount) buttons with different titles.")
        ])
    case .callCustomer:
      return ChatToolDefinition(
        rawValue, "Rings the \(who) on the phone, now. Use it only when the \(who) asks to be called.")
    }
  }
}

/// A tool as the provider wants it described.
struct ChatToolDefinition {
  /// A JSON schema.
  indirect enum Schema {
    case text(String)
    case list(of: [String: Schema], required: [String], String)
    case object([String: Schema], required: [String])

    var json: JSONValue {
      switch self {
      case .text(let description): ["type": "string", "description": .string(description)]
      case .list(let properties, let required, let description):
        [
          "type": "array", "description": .string(description),
          "items": Schema.object(properties, required: required).json,
        ]
      case .object(let properties, let required):
        [
          "type": "object", "properties": .object(properties.mapValues(\.json)), "required": .strings(required),
          "additionalProperties": false,
        ]
      }
    }
  }

  private let name: String
  private let description: String
  private let parameters: Schema

  /// All of `parameters` must be given.
  init(_ name: String, _ description: String, _ parameters: [String: Schema] = [:]) {
    self.name = name
    self.description = description
    self.parameters = .object(parameters, required: parameters.keys.sorted())
  }

  var json: JSONValue {
    [
      "type": "function",
      "function": [
        "name": .string(name), "description": .string(description), "parameters": parameters.json,
      ],
    ]
  }
}
