import Store
import Testing

@Suite("Telephone numbers")
struct PhoneNumberTests {
  @Test(
    "a number is the same however it is written",
    arguments: [
      "+34600000001", "0034600000001", "34600000001", "+34 600 000 001", "+34-600-000-001", "(+34) 600.000.001",
      "+(34) 600000001", " 34600000001 ",
    ])
  func same(text: String) { #expect(CustomerIdentity.phone(text) == phone("34600000001")) }

  @Test(
    "what is no full number is none",
    arguments: [
      "", "+", "00", "600", "123456", "1234567890123456", "00001234567", "0600000001", "+0600000001", "anonymous",
      "34600000001;ext=5", "34+600000001", "sip:34600000001", "٣٤٦٠٠٠٠٠٠٠٠١", "3460000000１", "*21#34600000001",
      "34600000001\0", "34600000001\n",
    ])
  func none(text: String) { #expect(CustomerIdentity.phone(text) == nil) }

  @Test("seven and fifteen digits are the ends")
  func ends() {
    #expect(CustomerIdentity.phone("1234567") == phone("1234567"))
    #expect(CustomerIdentity.phone("123456789012345") == phone("123456789012345"))
    #expect(CustomerIdentity.phone("00123456789012345") == phone("123456789012345"))
  }

  @Test("a very long text is no number and takes no time")
  func long() { #expect(CustomerIdentity.phone(String(repeating: "1", count: 1_000_000)) == nil) }
}
