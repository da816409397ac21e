// Whether a webhook is ours: `body` are the bytes as they came, `headers` have names in lower case.
import { createHmac, timingSafeEqual } from "node:crypto";

export function isOurs(secret, headers, body, now = Date.now() / 1000) {
  const { "webhook-id": id, "webhook-timestamp": sent, "webhook-signature": signatures } = headers;
  if (!id || !signatures || !(Math.abs(now - Number(sent)) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = Buffer.from("v1," + createHmac("sha256", key).update(`${id}.${sent}.`).update(body).digest("base64"));
  return signatures.split(" ").some((one) => one.length === expected.length && timingSafeEqual(Buffer.from(one), expected));
}
