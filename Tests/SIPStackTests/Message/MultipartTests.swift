import SIPStack
import Testing

@Suite("Multipart bodies")
struct MultipartTests {
  private func request(_ type: String, _ body: String) -> SIPRequest {
    SIPRequest(
      method: .invite, uri: .sip(SIPURI(host: "h")), headers: Headers([(.contentType, type)]),
      body: MessageText.bytes(body))
  }

  @Test("the session description is found among other parts")
  func mixed() {
    let invite = request(
      "multipart/mixed;boundary=\"b 1\"",
      """
      preamble
      --b 1
      Content-Type: application/isup
      Content-Disposition: signal;handling=optional

      binary --b 1 inside
      --b 1
      c: application/sdp

      v=0
      o=x

      --b 1--
      epilogue
      """)
    #expect(invite.bodyParts.count == 2)
    #expect(invite.bodyParts.first?.headers.first(.contentDisposition) == "signal;handling=optional")
    #expect(invite.content(of: .sdp) == Array("v=0\r\no=x\r\n".utf8))
    #expect(invite.content(of: .sipfrag) == nil)
  }

  @Test("a multipart inside a multipart is looked into")
  func nested() {
    let invite = request(
      "multipart/mixed;boundary=o",
      """
      --o
      Content-Type: multipart/alternative;boundary=i

      --i
      Content-Type: application/sdp

      v=0
      --i--
      --o--
      """)
    #expect(invite.content(of: .sdp) == Array("v=0".utf8))
  }

  @Test(
    "no boundary, no end or no type: nothing is found",
    arguments: [
      ("multipart/mixed", "--x\nContent-Type: application/sdp\n\nv=0\n--x--"),
      ("multipart/mixed;boundary=x", "--x\nContent-Type: application/sdp\n\nv=0"),
      ("multipart/mixed;boundary=x", "--x\n\nv=0\n--x--"),
      ("multipart/mixed;boundary=\"\"", "--\n\nv=0\n----"),
    ])
  func nothing(_ type: String, _ body: String) { #expect(request(type, body).content(of: .sdp) == nil) }
}
