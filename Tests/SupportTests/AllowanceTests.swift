import Testing

@testable import TestSupport

@Suite("What the stand-in for the Cloud API allows, and when")
struct AllowanceTests {
  @Test("the customer service window is open for 24 hours, and for templates always")
  func window() async throws {
    let graph = try await GraphClient.start(customerWrote: false)
    let template: CloudJSON = ["type": "template", "template": ["name": "hello_world", "language": ["code": "en_US"]]]
    #expect(try await graph.send(GraphClient.text("x")).code == 131047)
    #expect(try await graph.send(template).code == nil)
    graph.standIn.customerSends(.text("hola"), from: GraphClient.customer)
    graph.clock.advance(by: .seconds(86399))
    #expect(try await graph.send(GraphClient.text("x")).code == nil)
    graph.clock.advance(by: .seconds(1))
    #expect(try await graph.send(GraphClient.text("x")).code == 131047)
    #expect(try await graph.send(template).code == nil)
    graph.standIn.customerCalls(from: GraphClient.customer)
    #expect(try await graph.send(GraphClient.text("x")).code == nil)
    #expect(graph.standIn.refusedCounts == [131047: 2])
    await graph.standIn.stop()
  }

  @Test("one customer gets 45 messages at once, and then one in six seconds")
  func pairRate() throws {
    var rates = CloudRates(perSecond: nil, hasPairRate: true)
    let start = Duration.seconds(1_790_000_000)
    func code(_ rates: inout CloudRates, _ customer: String, _ seconds: Double) -> Int? {
      do throws(CloudError) {
        try rates.take(customer: customer, at: start + .seconds(seconds))
        return nil
      } catch {
        return error.code
      }
    }
    for _ in 0..<45 { #expect(code(&rates, "a", 0) == nil) }
    #expect(code(&rates, "a", 0) == 131056)
    #expect(code(&rates, "b", 0) == nil)
    #expect(code(&rates, "a", 5.9) == 131056)
    #expect(code(&rates, "a", 6) == nil)
    #expect(code(&rates, "a", 6) == 131056)
    // All that was borrowed has been paid back.
    for _ in 0..<45 { #expect(code(&rates, "a", 6 + 45 * 6) == nil) }
    #expect(code(&rates, "a", 6 + 45 * 6) == 131056)
  }

  @Test("the pair rate is told with 131056, and can be left out")
  func pairRateOnTheWire() async throws {
    for hasPairRate in [true, false] {
      let graph = try await GraphClient.start { $0.hasPairRate = hasPairRate }
      var codes: [Int?] = []
      for _ in 0..<46 { codes.append(try await graph.send(GraphClient.text("x")).code) }
      #expect(codes.prefix(45).allSatisfy { $0 == nil } && codes.last == (hasPairRate ? 131056 : .some(nil)))
      await graph.standIn.stop()
    }
  }

  @Test("a number sends so many messages in any second")
  func accountRate() throws {
    var rates = CloudRates(perSecond: 3, hasPairRate: false)
    func isAllowed(_ rates: inout CloudRates, _ milliseconds: Int) -> Bool {
      (try? rates.take(customer: "a", at: .milliseconds(milliseconds))) != nil
    }
    #expect([0, 400, 800].allSatisfy { isAllowed(&rates, $0) })
    #expect(!isAllowed(&rates, 999))
    #expect(isAllowed(&rates, 1000))
    #expect(!isAllowed(&rates, 1399))
    #expect(isAllowed(&rates, 1400))
  }

  @Test("the number's rate is told with 130429 whoever the customers are")
  func accountRateOnTheWire() async throws {
    let graph = try await GraphClient.start { $0.messagesPerSecond = 2 }
    graph.standIn.customerCalls(from: "15557770001")
    #expect(try await graph.send(GraphClient.text("x")).code == nil)
    #expect(try await graph.send(GraphClient.text("x").adding("to", "15557770001")).code == nil)
    let third = try await graph.send(GraphClient.text("x"))
    #expect(third.code == 130429 && third.status == 400)
    graph.clock.advance(by: .seconds(1))
    #expect(try await graph.send(GraphClient.text("x")).code == nil)
    await graph.standIn.stop()
  }
}
