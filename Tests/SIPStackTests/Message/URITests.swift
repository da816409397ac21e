import SIPStack
import Testing

@Suite("URIs")
struct URITests {
  @Test(
    "well-formed URIs are written as they were read",
    arguments: [
      "sip:alice@atlanta.example", "sips:alice@atlanta.example:5061;transport=tcp", "sip:192.0.2.1",
      "sip:[2001:db8::1]:5070;lr", "sip:a%20b:p%40ss@h.example", "sip:user;x=1;y@h.example",
      "sip:+1-212-555-0100@gw.example;user=phone", "sip:h.example;maddr=239.255.255.1;ttl=15",
      "sip:a@h.example?Subject=hello%20you&Replaces=x%3Bto-tag%3D1", "sip:sips%3Auser%40example.com@example.net",
      "tel:+49-30-123456;phone-context=example.com", "urn:service:sos", "http://www.example/x?y=1,2",
      "sip:host_with_underscore:5060", "sip:a@h;x-i=12-34;x-c=aa/b/c",
    ])
  func roundTrip(_ text: String) { #expect(URI(text)?.description == text) }

  @Test(
    "malformed URIs are refused",
    arguments: [
      "", "sip:", "sip", ":x", "sip:@h", "sip:a@", "sip:a@b@c", "sip:a b@c", "sip:a@h:", "sip:a@h:0", "sip:a@h:99999",
      "sip:a@h;", "sip:a@h;=1", "sip:a@h?", "sip:a@h?x", "sip:[::1", "sip:[1:2]", "sip:[:::1]", "sip:2001:db8::1",
      "sip:a%2@h", "sip:a%zz@h", "<sip:a@h>", "sip:a\"@h", "1x:y", "tel:", "sip:a@h ", " sip:a@h", "sip:é@h", "foo:a b",
      "sip:a@[1:2:3:4:5:6:7:8:9]", "sip:a@[12345::]", "sip:a@[::1.2.3]", "sip:a@[::1.2.3.256]",
    ])
  func refused(_ text: String) { #expect(URI(text) == nil) }

  private static let same: [(String, String)] = [
    ("sip:%61lice@atlanta.example;transport=TCP", "sip:alice@AtLanTa.example;Transport=tcp"),
    ("sip:carol@chicago.example", "sip:carol@chicago.example;newparam=5"),
    ("sip:carol@chicago.example;security=on", "sip:carol@chicago.example;newparam=5"),
    (
      "sip:b.example;transport=tcp;method=REGISTER?to=sip:bob%40b.example",
      "sip:b.example;method=REGISTER;transport=tcp?to=sip:bob%40b.example"
    ),
    ("sip:a@a.example?subject=p&priority=u", "sip:a@a.example?priority=u&subject=p"),
    ("sip:[2001:DB8::1]", "sip:[2001:db8:0:0::1]"), ("sip:a%3bb@h", "sip:a%3Bb@h"), ("tel:+1", "tel:+1"),
    ("sip:a@h?x=1&x=2", "sip:a@h?x=2&x=1"),
  ]

  @Test("URIs that name the same resource are equivalent", arguments: same)
  func equivalent(_ left: String, _ right: String) throws {
    let (left, right) = (try #require(URI(left)), try #require(URI(right)))
    #expect(left.isEquivalent(to: right))
    #expect(right.isEquivalent(to: left))
  }

  private static let distinct: [(String, String)] = [
    ("SIP:ALICE@h.example", "sip:alice@h.example"), ("sip:bob@b.example", "sip:bob@b.example:5060"),
    ("sip:bob@b.example", "sip:bob@b.example;transport=udp"), ("sip:bob@b.example", "sips:bob@b.example"),
    ("sip:c@h.example;security=on", "sip:c@h.example;security=off"), ("sip:h.example", "sip:a@h.example"),
    ("sip:c@h.example", "sip:c@h.example?Subject=next"), ("sip:[2001:db8::1]", "sip:[2001:db8::2]"),
    ("sip:c@h.example;user=phone", "sip:c@h.example"), ("sip:a:x@h", "sip:a:y@h"), ("tel:+1", "tel:+2"),
    ("sip:a@h?x=1&x=1", "sip:a@h?x=1&x=2"),
  ]

  @Test("URIs that differ are not equivalent", arguments: distinct)
  func different(_ left: String, _ right: String) throws {
    let (left, right) = (try #require(URI(left)), try #require(URI(right)))
    #expect(!left.isEquivalent(to: right))
    #expect(!right.isEquivalent(to: left))
  }

  @Test("lr counts as a whole parameter only")
  func looseRouter() {
    #expect(SIPURI("sip:p.example;lr")?.isLooseRouter == true)
    #expect(SIPURI("sip:p.example;LR=on")?.isLooseRouter == true)
    #expect(SIPURI("sip:p.example;lrx=1")?.isLooseRouter == false)
  }

  @Test("parts made by hand are escaped")
  func escaping() {
    let uri = SIPURI(
      user: "a b@c", host: "2001:db8::1", port: 5060, parameters: ["x": "1;2", "lr": nil],
      headers: ["Replaces": "a;b=c"])
    #expect(uri.description == "sip:a%20b%40c@[2001:db8::1]:5060;x=1%3B2;lr?Replaces=a%3Bb%3Dc")
    #expect(SIPURI(uri.description)?.userText == "a b@c")
    #expect(SIPURI(uri.description)?.header("replaces") == "a;b=c")
  }

  @Test("telephone numbers lose their separators")
  func telephone() {
    #expect(URI("tel:+49-(30).12")?.telephoneNumber == "+493012")
    #expect(URI("sip:+493012;ext=5@h;user=phone")?.telephoneNumber == "+493012")
    #expect(URI("sip:+493012@h")?.telephoneNumber == nil)
    #expect(URI("tel:hello")?.telephoneNumber == nil)
  }
}

@Suite("Address fields and Via")
struct AddressTests {
  private static let wellFormed: [(String, String?, String, String?)] = [
    ("sip:a@h;tag=1", nil, "sip:a@h", "1"), ("<sip:a@h;x=1>;tag=2", nil, "sip:a@h;x=1", "2"),
    ("\"A, \\\"B\\\" <C>\" <sip:a@h>", "A, \"B\" <C>", "sip:a@h", nil),
    ("Two  Words <sip:a@h>;tag = 3", "Two  Words", "sip:a@h", "3"), ("\"\"<sip:a@h>", "", "sip:a@h", nil),
    ("<tel:+1>;tag=\"q;\"", nil, "tel:+1", "q;"), ("  <sip:a@h>  ", nil, "sip:a@h", nil),
    ("<sip:a@h?x=1,2;3>;tag=4", nil, "sip:a@h?x=1%2C2%3B3", "4"), ("Ünï <sip:a@h>", "Ünï", "sip:a@h", nil),
  ]

  @Test("addresses are understood", arguments: wellFormed)
  func addresses(_ text: String, _ name: String?, _ uri: String, _ tag: String?) throws {
    let address = try #require(NameAddress(text))
    #expect(address.displayName == name)
    #expect(address.uri.description == uri)
    #expect(address.tag == tag)
    let again = try #require(NameAddress(address.description))
    #expect(again.description == address.description)
    #expect(again.displayName == name)
  }

  @Test(
    "malformed addresses are refused",
    arguments: [
      "", "\"x <sip:a@h>", "\"x\" sip:a@h", "<sip:a@h", "sip:a@h>", "a, b <sip:a@h>", "<sip:a@h> x", "<sip:a@h>;",
      "<sip:a@h>;;x", "<sip:a@h>;x=\"y", "<>", "name", "\"x\\", "<sip:a@h>,", "a@h",
    ])
  func refused(_ text: String) { #expect(NameAddress(text) == nil) }

  @Test("lists split at commas outside quotes and brackets")
  func list() throws {
    let list = try NameAddress.parseList("\"a, b\" <sip:a@h?x=1,2>;q=0.5, <sip:b@h>,sip:c@h")
    #expect(list.map(\.displayName) == ["a, b", nil, nil])
    #expect(throws: ParseError.self) { try NameAddress.parseList("<sip:a@h>,,<sip:b@h>") }
  }

  @Test(
    "a Via is written as it was read",
    arguments: [
      "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport", "SIP/2.0/TLS [2001:db8::1];received=2001:db8::2;branch=1",
      "SIP/2.0/WS x.invalid;branch=z9hG4bK1;alias;keep=30",
    ])
  func via(_ text: String) { #expect(Via(text)?.description == text) }

  @Test(
    "malformed Vias are refused",
    arguments: [
      "", "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDPh", "SIP/3.0/UDP h", "HTTP/2.0/UDP h", "SIP/2.0/UDP h:",
      "SIP/2.0/UDP h:0",
      "SIP/2.0/UDP 2001:db8::1", "SIP/2.0/UDP h;", "SIP/2.0/UDP h x",
    ])
  func viaRefused(_ text: String) { #expect(Via(text) == nil) }

  @Test("only the top hop is replaced")
  func topVia() {
    var request = SIPRequest(method: .options, uri: .sip(SIPURI(host: "h")))
    request.headers.append(.subject, "x")
    request.headers.append(.via, "SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2")
    request.headers.append(.via, "SIP/2.0/UDP c;branch=3")
    request.topVia?.received = "192.0.2.1"
    request.topVia?.rport = 99
    #expect(request.vias.map(\.host) == ["a", "b", "c"])
    #expect(request.vias.map(\.received) == ["192.0.2.1", nil, nil])
    request.topVia = nil
    #expect(request.vias.map(\.host) == ["b", "c"])
  }

  @Test("fields keep their order and unknown spelling")
  func headers() {
    var headers = Headers([(HeaderName("X-Odd"), "1"), (.via, "a"), (HeaderName("v"), "b"), (HeaderName("x-ODD"), "2")])
    #expect(headers.map(\.name.name) == ["X-Odd", "Via", "Via", "x-ODD"])
    #expect(headers.all(HeaderName("X-ODD")) == ["1", "2"])
    headers.set(.via, "c")
    #expect(headers.map(\.value) == ["1", "c", "2"])
    headers.prepend(.route, "r")
    headers.remove(HeaderName("x-odd"))
    #expect(headers.map(\.value) == ["r", "c"])
    #expect(HeaderName("x") == .sessionExpires && HeaderName("R") == .referTo && HeaderName("cSEQ").name == "CSeq")
  }
}
