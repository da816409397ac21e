import Testing

@testable import ChatBridge

@Suite("Errors of the Cloud API")
struct CloudErrorCodeTests {
  @Test(
    "each number means what it means, whatever status it comes with",
    arguments: [
      (
        [0, 3, 10, 190, 200, 201, 250, 299, 131_005, 131_031, 368, 131_045, 133_010, 131_042, 131_044],
        .accountRefused
      ),
      ([4, 80_007, 130_429, 131_048, 131_057, 133_016], .accountThrottled),
      ([131_056], .customerThrottled),
      ([1, 2, 131_000, 131_016, 133_004], .transient),
      ([131_047], .windowClosed),
      ([131_049], .notNow(forGood: false)),
      ([131_050, 130_472, 130_497, 131_037], .notNow(forGood: true)),
      ([131_026, 131_021, 131_030, 131_062, 33], .undeliverable),
      (
        [
          100, 131_008, 131_009, 131_051, 132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016,
          132_068, 132_069, 135_000,
        ], .rejected
      ),
      ([131_052, 131_053], .mediaRefused),
    ] as [([Int], ChatError.Kind)])
  func table(codes: [Int], kind: ChatError.Kind) {
    for code in codes {
      for status in [200, 400, 401, 403, 404, 429, 500, 503] {
        #expect(CloudErrorCode.kind(of: code, status: status) == kind, "\(code)")
      }
    }
  }

  @Test(
    "a number that is not known, or none, leaves it to the status",
    arguments: [
      (400, .rejected), (401, .accountRefused), (403, .accountRefused), (404, .rejected), (429, .accountThrottled),
      (500, .transient), (502, .transient), (599, .transient), (302, .rejected), (0, .rejected), (-1, .rejected),
    ] as [(Int, ChatError.Kind)])
  func status(status: Int, kind: ChatError.Kind) {
    for code in [nil, 199, 300, 131_055, 138_006, 132_070, -1, -190, Int.min, Int.max] {
      #expect(CloudErrorCode.kind(of: code, status: status) == kind)
    }
  }
}
