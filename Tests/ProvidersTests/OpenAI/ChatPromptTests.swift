import JSON
import Testing

@testable import Providers
@testable import VoicePipeline

@Suite("What a model is asked")
struct ChatPromptTests {
  private func context(
    _ messages: [DialogueMessage], medium: DialogueMedium = .chat,
    abilities: Set<DialogueAbility> = Set(DialogueAbility.allCases)
  ) -> DialogueContext {
    DialogueContext(
      instructions: "You are Ana.", language: "en", messages: messages, medium: medium, abilities: abilities)
  }

  private func image(_ byte: UInt8) -> DialogueAttachment {
    DialogueAttachment(.image, mimeType: "image/jpeg", bytes: [byte, byte, byte])
  }

  @Test("on the phone the model speaks, in a chat it writes")
  func media() {
    let spoken = ChatCompletionRequest.messages(for: context([], medium: .phone))[0].content.text
    #expect(spoken.hasPrefix("You are Ana.") && spoken.contains("read out aloud") && !spoken.contains("WhatsApp"))
    let written = ChatCompletionRequest.messages(for: context([]))[0].content.text
    #expect(written.hasPrefix("You are Ana.") && written.contains("*bold*") && !written.contains("read out aloud"))
  }

  @Test("attachments that the model sees are parts, others a word in brackets")
  func attachments() throws {
    let pdf = DialogueAttachment(.document, mimeType: "application/pdf", name: "bill.pdf", bytes: Array("abc".utf8))
    let message = DialogueMessage(.caller, "look", attachments: [image(0), pdf])
    let both = ChatCompletionRequest.messages(for: context([message]), sees: [.image, .document])[1]
    #expect(
      both.json.text == """
        {"content":[{"text":"look","type":"text"},{"image_url":{"url":"data:image/jpeg;base64,AAAA"},\
        "type":"image_url"},{"file":{"file_data":"data:application/pdf;base64,YWJj","filename":"bill.pdf"},\
        "type":"file"}],"role":"user"}
        """)
    let one = ChatCompletionRequest.messages(for: context([message]), sees: [.image])[1]
    #expect(one.content == .parts([.text("look [document: bill.pdf]"), .attachment(image(0))]))
    let none = ChatCompletionRequest.messages(for: context([message]))[1]
    #expect(none.content == .text("look [image] [document: bill.pdf]"))
  }

  @Test("only the newest three attachments are sent, however they are spread")
  func newest() {
    let messages = [
      DialogueMessage(.caller, "", attachments: [image(1), image(2)]), DialogueMessage(.assistant, "Nice."),
      DialogueMessage(.caller, "and", attachments: [image(3), image(4)]),
    ]
    let sent = ChatCompletionRequest.messages(for: context(messages), sees: [.image])
    #expect(sent[1].content == .parts([.text("[image]"), .attachment(image(2))]))
    #expect(sent[3].content == .parts([.text("and"), .attachment(image(3)), .attachment(image(4))]))
  }

  @Test("a type with parameters can't break out of its data URL, and a huge file is not sent")
  func hostile() throws {
    let odd = DialogueAttachment(.image, mimeType: "image/png; x,y\"", bytes: [0])
    let huge = DialogueAttachment(.image, mimeType: "image/png", bytes: [UInt8](repeating: 0, count: (12 << 20) + 1))
    let sent = ChatCompletionRequest.messages(
      for: context([DialogueMessage(.caller, "", attachments: [odd, huge])]), sees: [.image])[1]
    let json = sent.json.text
    #expect(json.contains("data:image/png;base64,AA==") && json.contains("[image]"))
  }

  @Test("tools are offered as far as the conversation has the abilities")
  func tools() throws {
    func names(_ abilities: Set<DialogueAbility>) -> [String] {
      let tools = ChatTool.definitions(for: context([], abilities: abilities)) ?? []
      let json = JSONValue.array(tools.map(\.json)).text
      return ChatTool.allCases.map(\.rawValue).filter { json.contains("\"name\":\"\($0)\"") }
    }
    #expect(names([.transferToHuman, .endConversation]) == ["transfer_to_human", "end_call"])
    #expect(names([.sendMessage]) == ["send_whatsapp"])
    #expect(names([.offerChoices, .callCustomer]) == ["offer_choices", "call_customer"])
    #expect(ChatTool.definitions(for: context([], abilities: [])) == nil)
  }

  @Test(
    "what a model sees is known by its name",
    arguments: [
      ("gpt-4.1-mini", true), ("gpt-4o", true), ("gpt-5.6", true), ("o4-mini", true), ("chatgpt-4o-latest", true),
      ("o3-mini", false), ("gpt-4o-audio-preview", false), ("llama-3", false), ("gpt-3.5-turbo", false),
    ])
  func sees(model: String, all: Bool) {
    #expect(OpenAILanguageModel.Settings(model: model).sees == (all ? [.image, .document] : []))
    #expect(OpenAILanguageModel.Settings(model: model, sees: [.image]).sees == [.image])
  }

  // MARK: Answers

  private func read(
    _ tool: String, _ arguments: String, text: String = "ok", abilities: Set<DialogueAbility>? = nil
  ) throws -> [ReplyEvent] {
    var reader = ChatCompletionReader(abilities: abilities ?? Set(DialogueAbility.allCases))
    let quoted = JSONValue.string(arguments).text
    let chunk = """
      {"choices":[{"delta":{"content":"\(text)","tool_calls":[{"index":0,"function":{"name":"\(tool)",\
      "arguments":\(quoted)}}]},"finish_reason":"tool_calls"}]}
      """
    return try reader.receive(chunk) + reader.finish()
  }

  @Test("a message, buttons and a call become events; what makes no sense does not")
  func events() throws {
    #expect(try read("send_whatsapp", #"{"text":"Main St 1"}"#) == [.text("ok"), .sendMessage("Main St 1")])
    #expect(try read("call_customer", "{}") == [.text("ok"), .callCustomer])
    let long = String(repeating: "x", count: 40)
    #expect(
      try read(
        "offer_choices",
        #"{"choices":[{"title":"A","description":""},{"title":"A"},{"title":" "},{"title":"\#(long)"}]}"#)
        == [
          .text("ok"),
          .choices([
            ReplyChoice(id: "A", title: "A"),
            ReplyChoice(id: String(long.prefix(24)), title: String(long.prefix(24))),
          ]),
        ])
    let many = (0..<20).map { "{\"title\":\"\($0)\"}" }.joined(separator: ",")
    guard case .choices(let choices)? = try read("offer_choices", "{\"choices\":[\(many)]}").last else {
      Issue.record("no choices")
      return
    }
    #expect(choices.map(\.title) == (0..<10).map { "\($0)" })
    for (tool, arguments) in [("send_whatsapp", "{"), ("send_whatsapp", #"{"text":" "}"#), ("offer_choices", "{}")] {
      #expect(try read(tool, arguments) == [.text("ok")])
      #expect(throws: ProviderError.self) { try read(tool, arguments, text: "") }
    }
  }

  @Test("a tool that was not offered is not used")
  func notOffered() throws {
    #expect(try read("call_customer", "{}", abilities: [.transferToHuman]) == [.text("ok")])
    #expect(throws: ProviderError.self) {
      try read("call_customer", "{}", text: "", abilities: [.transferToHuman])
    }
  }
}
