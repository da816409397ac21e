import Testing

@testable import NetClient

@Suite("Addresses in URLs")
struct HTTPAddressTests {
  private func parse(_ url: String) -> HTTPAddress? { HTTPAddress(url, schemes: ["http": 80, "https": 443]) }

  @Test("host, port and target are found")
  func parts() {
    let plain = parse("HTTPS://api.example.com/v1/x?y=1#z")
    #expect(plain?.scheme == "https" && plain?.host == "api.example.com" && plain?.port == 443)
    #expect(plain?.target == "/v1/x?y=1")
    #expect(parse("http://[::1]:8080")?.host == "::1")
    #expect(parse("http://[::1]:8080")?.port == 8080)
    #expect(parse("http://h?x")?.target == "/?x")
  }

  @Test(
    "what can't be connected to is no address",
    arguments: [
      "", "http:/x", "ftp://h/", "http://", "http://:80/", "http://h:0/", "http://h:65536/", "http://h:x/",
      "http://u:p@h/", "http://h /", "http://h/\r\nX: y", "http://[::1/", "http://[::1]x/",
    ])
  func invalid(url: String) {
    #expect(parse(url) == nil)
  }

  @Test("only this machine's own spellings are loopback")
  func loopback() {
    #expect(HTTPAddress.isLoopback("127.0.0.1") && HTTPAddress.isLoopback("localhost") && HTTPAddress.isLoopback("::1"))
    #expect(!HTTPAddress.isLoopback("127.example.com") && !HTTPAddress.isLoopback("10.0.0.1"))
  }
}
