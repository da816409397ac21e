import Testing

@testable import ChatBridge

@Suite("Where the token may go")
struct MediaHostsTests {
  private let meta = MediaHosts(baseURL: "https://graph.facebook.com/v25.0")
  private let dialog = MediaHosts(baseURL: "https://waba-v2.360dialog.io")

  @Test(
    "to Meta's own servers, by https",
    arguments: [
      "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2", "https://fbsbx.com/",
      "https://graph.facebook.com/v25.0/1", "https://scontent.xx.fbcdn.net/x", "https://mmg.whatsapp.net/x",
      "https://media.whatsapp.com/x", "HTTPS://LookAside.FBSBX.com/x", "https://lookaside.fbsbx.com:443/x",
    ])
  func own(address: String) {
    #expect(meta.mayHaveToken(address) && dialog.mayHaveToken(address))
  }

  @Test(
    "to nobody who looks like them",
    arguments: [
      "https://evilfbsbx.com/", "https://fbsbx.com.evil.com/", "https://fbsbx.com.evil.com:443/",
      "https://evil.com/fbsbx.com",
      "https://evil.com/?x=.fbsbx.com", "https://evil.com#.fbsbx.com", "https://fbsbx.com@evil.com/",
      "https://lookaside.fbsbx.com:pass@evil.com/", "https://evil.com\\.fbsbx.com/", "https://evil.com\\@x.fbsbx.com/",
      "https://evil.com%2f.fbsbx.com/", "https://evil.com%23.fbsbx.com/", "https://evil.com%00.fbsbx.com/",
      "https://evil.com／.fbsbx.com/", "https://evil.com？.fbsbx.com/", "https://evil.com;.fbsbx.com/",
      "https://evil.com,.fbsbx.com/", "https://evil.com&.fbsbx.com/", "https://ſ.fbsbx.com/",
      "https://lookaside。fbsbx.com/",
      "https://[evil.com].fbsbx.com/", "https://[::1]/", "https://fbsbx.com./", "https://.evil.com/",
      "https://127.0.0.1/",
    ])
  func lookAlikes(address: String) {
    #expect(!meta.mayHaveToken(address) && !dialog.mayHaveToken(address))
  }

  @Test(
    "over no other scheme or port, and to nothing that is no address",
    arguments: [
      "http://lookaside.fbsbx.com/", "http://lookaside.fbsbx.com:443/", "https://lookaside.fbsbx.com:8443/",
      "https://lookaside.fbsbx.com:80/", "ftp://lookaside.fbsbx.com/", "file:///etc/passwd", "javascript:x",
      "//fbsbx.com/x",
      "lookaside.fbsbx.com/x", "", "https://", "https:///fbsbx.com", "https://lookaside.fbsbx.com /",
      " https://fbsbx.com/",
      "https://lookaside.fbsbx.com\r\n/", "https://lookaside.fbsbx.com:x/", "https://lookaside.fbsbx.com:99999/",
      "https:lookaside.fbsbx.com", "x:https://lookaside.fbsbx.com/",
    ])
  func otherSchemes(address: String) {
    #expect(!meta.mayHaveToken(address))
  }

  @Test("to the API's own host, exactly as it was configured")
  func base() {
    let local = MediaHosts(baseURL: "http://127.0.0.1:8080/v25.0")
    #expect(local.mayHaveToken("http://127.0.0.1:8080/media/1"))
    for address in [
      "http://127.0.0.1:8081/media/1", "https://127.0.0.1:8080/media/1", "http://127.0.0.1/", "http://localhost:8080/",
      "http://127.0.0.1:8080@evil.com/",
    ] {
      #expect(!local.mayHaveToken(address))
    }
    #expect(dialog.mayHaveToken("https://waba-v2.360dialog.io/x"))
    for address in ["https://360dialog.io/x", "https://evil.waba-v2.360dialog.io/x", "http://waba-v2.360dialog.io/x"] {
      #expect(!dialog.mayHaveToken(address))
    }
    #expect(!meta.mayHaveToken("https://waba-v2.360dialog.io/x"))
  }

  @Test("a service in between has media fetched through itself")
  func throughBase() {
    #expect(
      dialog.throughBase("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2#x")
        == "https://waba-v2.360dialog.io/whatsapp_business/attachments/?mid=1&ext=2")
    #expect(dialog.throughBase("https://lookaside.fbsbx.com") == "https://waba-v2.360dialog.io/")
    for address in ["https://waba-v2.360dialog.io/x", "https://evil.com/x", "http://lookaside.fbsbx.com/x", "nonsense"]
    {
      #expect(dialog.throughBase(address) == address)
    }
    let local = MediaHosts(baseURL: "http://[::1]:8080")
    #expect(local.throughBase("https://fbsbx.com/x?y") == "http://[::1]:8080/x?y")
    #expect(local.mayHaveToken(local.throughBase("https://fbsbx.com//evil.com/@x")))
  }

  @Test("a base that is no address opens nothing")
  func noBase() {
    let none = MediaHosts(baseURL: "nonsense")
    #expect(!none.mayHaveToken("nonsense") && !none.mayHaveToken("https://evil.com/"))
    #expect(none.mayHaveToken("https://lookaside.fbsbx.com/x"))
    #expect(none.throughBase("https://lookaside.fbsbx.com/x") == "https://lookaside.fbsbx.com/x")
  }
}
