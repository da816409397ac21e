import Store
import Testing

@testable import ControlAPI

@Suite("The limit on guessing passwords")
struct SignInLimiterTests {
  private static let start = Timestamp(milliseconds: 1_795_000_000_000)

  private static func limiter(failures: Int, of name: String = "ana", from address: String = "192.0.2.1")
    -> SignInLimiter
  {
    var limiter = SignInLimiter()
    for _ in 0..<failures { limiter.failed(name: name, address: address, at: start) }
    return limiter
  }

  private static func wait(
    _ limiter: SignInLimiter, _ name: String = "ana", _ address: String = "192.0.2.1", after: Duration = .zero
  ) -> Duration? {
    limiter.wait(name: name, address: address, at: start.advanced(by: after))
  }

  @Test("a few failures cost nothing; then each doubles the wait, up to a quarter of an hour")
  func growth() {
    #expect(Self.wait(SignInLimiter()) == nil)
    #expect(Self.wait(Self.limiter(failures: 4)) == nil)
    #expect(Self.wait(Self.limiter(failures: 5)) == .seconds(1))
    #expect(Self.wait(Self.limiter(failures: 6)) == .seconds(2))
    #expect(Self.wait(Self.limiter(failures: 14)) == .seconds(512))
    #expect(Self.wait(Self.limiter(failures: 15)) == .seconds(900))
    #expect(Self.wait(Self.limiter(failures: 5000)) == .seconds(900))
  }

  @Test("the wait runs down and ends")
  func runsDown() {
    let limiter = Self.limiter(failures: 7)
    #expect(Self.wait(limiter, after: .seconds(1)) == .seconds(3))
    #expect(Self.wait(limiter, after: .seconds(4)) == nil)
  }

  @Test("one who guesses at a name stops it from everywhere, and other names from there only after more failures")
  func nameAndAddress() {
    let limiter = Self.limiter(failures: 6)
    #expect(Self.wait(limiter, "ana", "198.51.100.7") == .seconds(2))
    #expect(Self.wait(limiter, "sam") == nil)
    var office = SignInLimiter()
    for number in 0..<20 { office.failed(name: "name\(number)", address: "192.0.2.1", at: Self.start) }
    #expect(Self.wait(office, "sam") == .seconds(1))
    #expect(Self.wait(office, "sam", "198.51.100.7") == nil)
  }

  @Test("a success frees the name, but not the address")
  func success() {
    var limiter = Self.limiter(failures: 21)
    limiter.succeeded(name: "ana")
    #expect(Self.wait(limiter, "ana", "198.51.100.7") == nil)
    #expect(Self.wait(limiter) == .seconds(2))
  }

  @Test("after an hour without a failure all is forgotten")
  func forgets() {
    var limiter = Self.limiter(failures: 15)
    let later = Self.start.advanced(by: .seconds(3601))
    limiter.failed(name: "ana", address: "192.0.2.1", at: later)
    #expect(limiter.wait(name: "ana", address: "192.0.2.1", at: later) == nil)
  }

  @Test("of too many names the oldest give way, and whoever guesses now is still slowed down")
  func bounded() {
    var limiter = Self.limiter(failures: 6)
    for number in 0..<SignInLimiter.capacity {
      let now = Self.start.advanced(by: .milliseconds(1 + number / 100))
      limiter.failed(name: "name\(number)", address: "192.0.2.2", at: now)
    }
    #expect(Self.wait(limiter) == nil)
    #expect(Self.wait(limiter, "x", "192.0.2.2", after: .milliseconds(100)) != nil)
  }
}
