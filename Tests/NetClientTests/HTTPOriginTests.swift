import Testing

@testable import NetClient

@Suite("Origins of URLs")
struct HTTPOriginTests {
  @Test("scheme, host and port make an origin, in either case and with or without the usual port")
  func identity() {
    #expect(HTTPOrigin("https://example.com/a") == HTTPOrigin("HTTPS://EXAMPLE.com:443/b?c"))
    #expect(HTTPOrigin("http://example.com") == HTTPOrigin("http://example.com:80/"))
    #expect(HTTPOrigin("https://example.com") != HTTPOrigin("http://example.com:443"))
    #expect(HTTPOrigin("https://example.com") != HTTPOrigin("https://example.com:444"))
    #expect(HTTPOrigin("https://example.com") != HTTPOrigin("https://example.com."))
    let origins: Set<HTTPOrigin?> = [HTTPOrigin("https://a/x"), HTTPOrigin("https://A/y"), HTTPOrigin("https://b")]
    #expect(origins.count == 2)
  }

  @Test("its text is what a URL begins with")
  func text() {
    #expect(HTTPOrigin("https://Graph.example.com:443/v25.0/x?y#z")?.text == "https://graph.example.com")
    #expect(HTTPOrigin("http://example.com:8080/")?.text == "http://example.com:8080")
    #expect(HTTPOrigin("https://example.com:80")?.text == "https://example.com:80")
    #expect(HTTPOrigin("http://[::1]:8080/x")?.text == "http://[::1]:8080")
    #expect(HTTPOrigin("https://[2001:DB8::1]")?.text == "https://[2001:db8::1]")
  }

  @Test("its target is path and query")
  func target() {
    #expect(HTTPOrigin("https://example.com")?.target == "/")
    #expect(HTTPOrigin("https://example.com?x=1#y")?.target == "/?x=1")
    #expect(HTTPOrigin("https://example.com/a/b?c=https://d/")?.target == "/a/b?c=https://d/")
  }

  @Test(
    "what names a user, another scheme or a host in odd characters has none",
    arguments: [
      "", "example.com", "//example.com", "ftp://example.com", "wss://example.com", "https://user@example.com",
      "https://user:x@example.com", "https://", "https://:443", "https://example.com:0", "https://example.com:65536",
      "https://example.com:-1", "https://example.com:1:2", "https://a b", "https://a\tb", "https://a\\b",
      "https://a%2fb",
      "https://a／b", "https://é.com", "https://a,b", "https://a;b", "https://[::1", "https://[::1%25eth0]",
      "https://[a/b]",
    ])
  func none(url: String) {
    #expect(HTTPOrigin(url) == nil)
  }
}
