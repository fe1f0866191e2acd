// Keys of clients, by the platform's own WebCrypto.
const KINDS = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  ES512: { name: "ECDSA", namedCurve: "P-521" },
  PS256: {
    name: "RSA-PSS",
    modulusLength: 3072,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  },
};

/** A new pair for an algorithm; the private half can be exported, since another program is given it. */
export async function newKey(algorithm) {
  return crypto.subtle.generateKey(KINDS[algorithm], true, ["sign", "verify"]);
}

/** A key as a JSON Web Key, without what WebCrypto adds for itself. */
export async function exportJWK(key) {
  const { ext, key_ops, ...jwk } = await crypto.subtle.exportKey("jwk", key);
  return jwk;
}

/** What a token says, unchecked. */
export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}
