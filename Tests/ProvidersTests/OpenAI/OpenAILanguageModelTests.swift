import NetClient
import Providers
import Testing
import TestSupport
import VoicePipeline

@Suite("The OpenAI language model")
struct OpenAILanguageModelTests {
  private let context = DialogueContext(
    instructions: "You are Ana.", language: "en-US", messages: [DialogueMessage(.caller, "hello")])

  private func model(
    _ server: StandInOpenAI, key: String = "sk-test", timeout: Duration = .seconds(20), stall: Duration? = nil,
    retries: Int = 2
  ) -> OpenAILanguageModel {
    OpenAILanguageModel(
      OpenAIConfiguration(
        apiKey: key, baseURL: server.baseURL, firstOutputTimeout: timeout, stallTimeout: stall ?? timeout,
        maximumRetries: retries),
      http: HTTPClient())
  }

  private func answer(_ model: OpenAILanguageModel) async -> (events: [ReplyEvent], error: ProviderError?) {
    var events: [ReplyEvent] = []
    do {
      for try await event in model.makeDialogue().reply(to: context) { events.append(event) }
      return (events, nil)
    } catch {
      return (events, error as? ProviderError)
    }
  }

  @Test("an answer streams and the request is what the provider wants")
  func answer() async throws {
    let server = try await StandInOpenAI.start()
    let model = model(server)
    let result = await answer(model)
    #expect(result.events == [.text("Of"), .text(" course"), .text(".")])
    #expect(result.error == nil)
    #expect(model.usage == OpenAIUsage(promptTokens: 20, completionTokens: 3))
    let request = try #require(server.server.requests.first)
    #expect(request.path == "/v1/chat/completions")
    #expect(request.header("content-type") == "application/json")
    for part in [
      #""stream":true"#, #""stream_options":{"include_usage":true}"#, #""name":"transfer_to_human""#,
      #""name":"end_call""#, #""role":"user""#,
    ] {
      #expect(request.text.contains(part), "\(part)")
    }
    #expect(!request.text.contains("temperature") && !request.text.contains("max_tokens"))
    await server.stop()
  }

  @Test("pieces arrive while the provider is still speaking")
  func streaming() async throws {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.reply = { _ in .init(["One.", " Two."]) }
    let server = try await StandInOpenAI.start(behaviour)
    // Two pieces of SSE for the role and the first word, then silence.
    server.inject(.stallsAfter(pieces: 2))
    let model = model(server, stall: .seconds(1))
    var events: [ReplyEvent] = []
    let error = await #expect(throws: ProviderError.self) {
      for try await event in model.makeDialogue().reply(to: context) { events.append(event) }
    }
    #expect(events == [.text("One.")])
    #expect(error?.kind == .timedOut)
    await server.stop()
  }

  @Test("bytes that split characters, comments, a missing usage chunk and a missing [DONE] do no harm")
  func oddities() async throws {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.reply = { _ in
      var reply = StandInOpenAI.Reply(["¿Qué", " tal? 😀"])
      reply.isByteByByte = true
      reply.hasComments = true
      reply.hasUsage = false
      reply.hasDone = false
      return reply
    }
    let server = try await StandInOpenAI.start(behaviour)
    let result = await answer(model(server))
    #expect(result.events == [.text("¿Qué"), .text(" tal? 😀")])
    #expect(result.error == nil)
    await server.stop()
  }

  @Test("tools become events")
  func tools() async throws {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.reply = { _ in
      .init(["I'll connect you."], tools: [("transfer_to_human", [#"{"rea"#, #"son":"billing"}"#])])
    }
    let server = try await StandInOpenAI.start(behaviour)
    let result = await answer(model(server))
    #expect(result.events == [.text("I'll connect you."), .transferToHuman(reason: "billing")])
    await server.stop()
  }

  @Test("a refused key is told at once and in words that help, without the key")
  func unauthorized() async throws {
    let server = try await StandInOpenAI.start()
    let result = await answer(model(server, key: "sk-wrong"))
    #expect(result.error?.kind == .unauthorized)
    #expect(result.error?.message.contains("check api_key") == true)
    #expect(result.error?.description.contains("sk-") == false)
    #expect(server.server.requests.count == 1)
    await server.stop()
  }

  @Test("rate limits and server errors are tried again, twice")
  func retries() async throws {
    let server = try await StandInOpenAI.start()
    server.inject(.rateLimited(retryAfterMilliseconds: 10), .status(500, headers: ["retry-after-ms": "10"]))
    #expect(await answer(model(server)).error == nil)
    #expect(server.server.requests.count == 3)
    for _ in 0..<3 { server.inject(.rateLimited(retryAfterMilliseconds: 10)) }
    #expect(await answer(model(server)).error?.kind == .rateLimited(retryAfter: .milliseconds(10)))
    #expect(server.server.requests.count == 6)
    await server.stop()
  }

  @Test("a hang-up before the answer is tried again, one in its middle is not")
  func drops() async throws {
    let server = try await StandInOpenAI.start()
    server.inject(.drops)
    #expect(await answer(model(server)).error == nil)
    server.inject(.dropsAfter(pieces: 2))
    let result = await answer(model(server))
    #expect(result.events == [.text("Of")])
    #expect(result.error?.kind == .unreachable)
    #expect(server.server.requests.count == 3)
    await server.stop()
  }

  @Test("an empty account is never asked again")
  func insufficientQuota() async throws {
    let server = try await StandInOpenAI.start()
    server.inject(.insufficientQuota)
    let result = await answer(model(server))
    #expect(result.error?.kind == .rejected(status: 429))
    #expect(result.error?.message.contains("billing") == true)
    #expect(server.server.requests.count == 1)
    await server.stop()
  }

  @Test(
    "a provider that accepts the question and says nothing useful is timed out",
    arguments: [StandInFault.neverAnswers, .headThenSilence, .stallsAfter(pieces: 1)])
  func silence(fault: StandInFault) async throws {
    let server = try await StandInOpenAI.start()
    server.inject(fault, fault, fault)
    let result = await answer(model(server, timeout: .milliseconds(200)))
    #expect(result.events == [])
    #expect(result.error?.kind == .timedOut)
    await server.stop()
  }

  @Test("an error in the middle of the stream ends the answer with it")
  func midStream() async throws {
    let server = try await StandInOpenAI.start()
    server.inject(.errorInStream(after: 2))
    let result = await answer(model(server))
    #expect(result.events == [.text("Of")])
    #expect(result.error?.kind == .failed(status: nil))
    await server.stop()
  }

  @Test("cancelling the reader hangs up on the provider", .timeLimit(.minutes(1)))
  func cancellation() async throws {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.reply = { _ in .init([String](repeating: "la ", count: 10_000)) }
    behaviour.pieceDelay = .milliseconds(2)
    let server = try await StandInOpenAI.start(behaviour)
    let model = model(server)
    let (begun, tell) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      for try await _ in model.makeDialogue().reply(to: context) { tell.finish() }
    }
    for await _ in begun {}
    task.cancel()
    _ = await task.result
    // Ends only when the provider has noticed; the time limit of a hung test is the only clock here.
    while server.abandonedAnswers == 0 || server.server.openConnectionCount > 0 {
      try await Task.sleep(for: .milliseconds(5))
    }
    await server.stop()
  }

  @Test("nobody at the address is unreachable, and the message names the host")
  func unreachable() async throws {
    let server = try await StandInOpenAI.start()
    let model = model(server, retries: 0)
    await server.stop()
    let result = await answer(model)
    #expect(result.error?.kind == .unreachable)
    #expect(result.error?.message.contains("127.0.0.1") == true)
  }
}
