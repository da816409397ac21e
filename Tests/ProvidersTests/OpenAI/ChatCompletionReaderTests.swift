import Testing

@testable import Providers
@testable import VoicePipeline

@Suite("Reading chat completions")
struct ChatCompletionReaderTests {
  private func delta(_ delta: String, finish: String? = nil) -> String {
    #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":"#
      + delta + #","finish_reason":"# + (finish.map { "\"\($0)\"" } ?? "null") + #"}],"obfuscation":"x9"}"#
  }

  private func read(_ events: [String]) throws -> [ReplyEvent] {
    var reader = ChatCompletionReader()
    var replies: [ReplyEvent] = []
    for event in events { replies += try reader.receive(event) }
    return try replies + reader.finish()
  }

  @Test("text comes piece by piece, the empty first delta is nothing")
  func text() throws {
    let events = [
      delta(#"{"role":"assistant","content":""}"#), delta(#"{"content":"Ho"}"#), delta(#"{"content":"la"}"#),
      delta("{}", finish: "stop"), "[DONE]",
    ]
    #expect(try read(events) == [.text("Ho"), .text("la")])
  }

  @Test("a usage chunk with empty choices is counted, and a missing one is fine")
  func usage() throws {
    var reader = ChatCompletionReader()
    _ = try reader.receive(delta(#"{"content":"a"}"#, finish: "stop"))
    _ = try reader.receive(#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14}}"#)
    #expect(try reader.finish() == [])
    #expect(reader.usage == OpenAIUsage(promptTokens: 9, completionTokens: 5))
  }

  @Test("tool calls are put together by index and come after the text")
  func tools() throws {
    let events = [
      delta(#"{"content":"One moment."}"#),
      delta(#"{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"end_call","arguments":""}}]}"#),
      delta(
        #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"transfer_to_human","arguments":""}}]}"#
      ),
      delta(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"reason\":"}}]}"#),
      delta(#"{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}"#),
      delta(#"{"tool_calls":[{"index":0,"function":{"arguments":"\"a refund\"}"}}]}"#),
      delta("{}", finish: "tool_calls"), "[DONE]",
    ]
    #expect(try read(events) == [.text("One moment."), .transferToHuman(reason: "a refund"), .hangUp])
  }

  @Test("a wish for a person counts even if its reason is garbled")
  func garbledReason() throws {
    let call =
      #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"transfer_to_human","arguments":"{rea"}}]}"#
    #expect(try read([delta(call, finish: "tool_calls")]) == [.transferToHuman(reason: "")])
  }

  @Test("a refusal is spoken")
  func refusal() throws {
    #expect(try read([delta(#"{"refusal":"I can't."}"#, finish: "stop")]) == [.text("I can't.")])
  }

  @Test("without [DONE] the finish reason is the end; without both the answer has broken off")
  func missingDone() throws {
    #expect(try read([delta(#"{"content":"a"}"#, finish: "stop")]) == [.text("a")])
    let error = #expect(throws: ProviderError.self) { _ = try read([delta(#"{"content":"a"}"#)]) }
    #expect(error?.kind == .unreachable)
  }

  @Test("an error inside the stream is a failure")
  func midStream() {
    let events = [
      delta(#"{"content":"a"}"#), #"{"error":{"message":"secret words","type":"server_error","code":500}}"#,
    ]
    let error = #expect(throws: ProviderError.self) { _ = try read(events) }
    #expect(error?.kind == .failed(status: nil))
    #expect(error?.message.contains("secret") == false)
  }

  @Test("filtered or cut off before the first word is a failure, after it an end")
  func emptyAnswers() throws {
    for reason in ["content_filter", "length", "stop"] {
      #expect(throws: ProviderError.self) { _ = try read([delta("{}", finish: reason)]) }
      #expect(try read([delta(#"{"content":"a"}"#), delta("{}", finish: reason)]) == [.text("a")])
    }
  }

  @Test(
    "what is no chat completion is a malformed answer",
    arguments: [[], ["<html>"], ["[]"], ["[DONE]"], [#"{"choices":7}"#]])
  func malformed(events: [String]) {
    let error = #expect(throws: ProviderError.self) { _ = try read(events) }
    #expect(error?.kind == .malformedAnswer)
  }

  @Test("an answer without end is cut off")
  func endless() {
    let piece = delta(#"{"content":""# + String(repeating: "a", count: 10000) + #""}"#)
    #expect(throws: ProviderError.self) { _ = try read([String](repeating: piece, count: 10)) }
    let call = (0..<20).map {
      delta(#"{"tool_calls":[{"index":\#($0),"function":{"name":"end_call","arguments":""}}]}"#)
    }
    #expect(throws: ProviderError.self) { _ = try read(call) }
  }

  @Test("the conversation is told in roles, and an interruption is marked outside the assistant's words")
  func messages() {
    let context = DialogueContext(
      instructions: "You are Ana.", language: "es-ES",
      messages: [
        DialogueMessage(.caller, "Hola"), DialogueMessage(.assistant, "Buenos", wasInterrupted: true),
        DialogueMessage(.system, "The transfer failed."),
      ])
    let messages = ChatCompletionRequest.messages(for: context)
    #expect(messages.map(\.role) == ["system", "user", "assistant", "system", "system"])
    #expect(messages[0].content.text.hasPrefix("You are Ana.") && messages[0].content.text.contains("es-ES"))
    #expect(messages[2].content.text == "Buenos")
    #expect(messages[3].content.text.contains("interrupted"))
    #expect(messages[4].content.text == "The transfer failed.")
  }
}
