import Testing

@Suite("The store under random use", .everyStore)
struct StoreModelTests {
  @Test(
    "each message once, nothing sent twice but in doubt, nothing lost, whatever happens in whichever order",
    arguments: (1...12).map { UInt64($0) })
  func invariants(seed: UInt64) async throws {
    var model = try StoreModel(seed: seed)
    for step in 0..<300 {
      try await model.step()
      if step % 20 == 0 { try await model.check() }
    }
    try await model.settle()
  }
}
