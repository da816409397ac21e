import Store
import Testing

@testable import ChatBridge

@Suite("The customer service window")
struct ServiceWindowTests {
  private static let day = Duration.seconds(24 * 3600)
  private static let noon = Timestamp(milliseconds: 1_790_000_000_000)

  private func window(_ last: Timestamp?) -> ServiceWindow { ServiceWindow(lastCustomerAt: last, length: Self.day) }

  @Test("it is open for 24 hours after the customer's last message, and not a moment longer")
  func length() {
    let window = window(Self.noon)
    #expect(window.remaining(at: Self.noon) == Self.day)
    let late = Self.noon.advanced(by: Self.day - .milliseconds(1))
    #expect(window.isOpen(at: late) && window.remaining(at: late) == .milliseconds(1))
    #expect(!window.isOpen(at: Self.noon.advanced(by: Self.day)))
    #expect(window.remaining(at: Self.noon.advanced(by: Self.day * 300)) == .zero)
  }

  @Test("who never wrote has not opened it")
  func never() {
    #expect(!window(nil).isOpen(at: Self.noon))
    #expect(window(nil).remaining(at: Self.noon) == .zero)
  }

  @Test("a message from the future opens it for 24 hours, not for longer")
  func future() {
    #expect(window(Self.noon.advanced(by: .seconds(1_000_000))).remaining(at: Self.noon) == Self.day)
    #expect(window(Timestamp(milliseconds: .max)).remaining(at: Self.noon) == Self.day)
    #expect(window(Timestamp(milliseconds: .max)).remaining(at: Timestamp(milliseconds: .min)) == Self.day)
  }

  @Test("a message from before all time has closed it")
  func past() {
    #expect(!window(Timestamp(milliseconds: .min)).isOpen(at: Self.noon))
    #expect(!window(Timestamp(milliseconds: .min)).isOpen(at: Timestamp(milliseconds: .max)))
    #expect(!window(Timestamp(milliseconds: 0)).isOpen(at: Self.noon))
  }

  @Test("a window of no length, or less, is never open", arguments: [Duration.zero, .seconds(-1), .seconds(Int64.min)])
  func noLength(length: Duration) {
    for last in [Self.noon, Timestamp(milliseconds: .min), Timestamp(milliseconds: .max)] {
      #expect(!ServiceWindow(lastCustomerAt: last, length: length).isOpen(at: Self.noon))
    }
  }

  @Test("a window without an end stays open")
  func endless() {
    #expect(
      ServiceWindow(lastCustomerAt: Self.noon, length: .seconds(Int64.max)).isOpen(
        at: Self.noon.advanced(by: Self.day * 9999)))
  }
}
