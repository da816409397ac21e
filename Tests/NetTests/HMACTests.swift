import Net
import Testing

@Suite("Keyed hashes")
struct HMACTests {
  private struct Vector: Sendable {
    var key: [UInt8]
    var message: [UInt8]
    var code: String

    init(_ key: [UInt8], _ message: String, _ code: String) {
      (self.key, self.message, self.code) = (key, Array(message.utf8), code)
    }
  }

  /// RFC 4231, test cases 1, 2, 6 and 7.
  private static let vectors: [Vector] = [
    Vector(
      [UInt8](repeating: 0x0B, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Vector(
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Vector(
      [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Vector(
      [UInt8](repeating: 0xAA, count: 131),
      """
      This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed \
      before being used by the HMAC algorithm.
      """, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
  ]

  @Test("the vectors of RFC 4231 that are text")
  func vectors() {
    for vector in Self.vectors { #expect(Hex.text(HMAC.sha256(key: vector.key, vector.message)) == vector.code) }
  }

  @Test("the vectors of RFC 4231 that are bytes")
  func bytes() {
    let message = [UInt8](repeating: 0xDD, count: 50)
    #expect(
      Hex.text(HMAC.sha256(key: [UInt8](repeating: 0xAA, count: 20), message))
        == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
    #expect(
      Hex.text(HMAC.sha256(key: Array(1...25), [UInt8](repeating: 0xCD, count: 50)))
        == "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b")
  }

  @Test("SHA-1, after RFC 2202")
  func sha1() {
    let code = HMAC.sha1(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
    #expect(Hex.text(code) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
  }

  @Test("an empty key and an empty message have codes, too")
  func empty() {
    #expect(
      Hex.text(HMAC.sha256(key: [], [])) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test("codes are equal when all bytes are, and never when they are empty")
  func equality() {
    #expect(HMAC.equal([1, 2, 3], [1, 2, 3]))
    #expect(!HMAC.equal([1, 2, 3], [1, 2, 4]) && !HMAC.equal([1, 2, 3], [1, 2]) && !HMAC.equal([], []))
  }

  @Test("hexadecimal goes both ways, in either case")
  func hex() {
    let all = Array(UInt8.min...UInt8.max)
    #expect(Hex.bytes(Hex.text(all)) == all)
    #expect(Hex.bytes(Hex.text(all).uppercased()) == all)
    #expect(Hex.bytes("") == [])
  }

  @Test(
    "what is not hexadecimal is not read",
    arguments: ["0", "abc", "0g", "g0", "0x00", " 00", "00 ", "é0", "０１", "--", "@A", "`a", "/0", ":0", "\u{0}0"])
  func notHex(text: String) {
    #expect(Hex.bytes(text) == nil)
  }
}
