// npm's oidc-provider as the benchmark of tokens measures it (cargo xtask bench token), set up to do the
// same as Varde: client_credentials, private_key_jwt and DPoP with a required nonce, both ES256, and
// access tokens as JWT signed with ES256. What it remembers it keeps in the PostgreSQL that is named, so
// that a one-time id is durable and known to all instances; when none is named in its own memory, which is
// its usual way: nothing is durable, and one-time ids are forgotten after a thousand.
//
// node web/tests/bench/oidc-provider.mjs FILE, with { port, scope, clients: [{ id, jwk }], database } in
// the file; database is null or { host, port, user, database }
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";
import pg from "pg";

const { port, scope, clients, database } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const API = "urn:helse:prover";

// As many connections as Varde may have.
const pool = database && new pg.Pool({ ...database, max: 20 });
await pool?.query(`CREATE TABLE IF NOT EXISTS kept (
  kind text, id text, payload jsonb NOT NULL, until timestamptz, PRIMARY KEY (kind, id))`);

// An adapter as oidc-provider's documentation describes it, each statement prepared once a connection.
// Of its methods only those that client_credentials needs.
class Kept {
  constructor(kind) {
    this.kind = kind;
  }

  async upsert(id, payload, seconds) {
    const text = `INSERT INTO kept VALUES ($1, $2, $3, now() + make_interval(secs => $4))
      ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, until = excluded.until`;
    await pool.query({ name: "upsert", text, values: [this.kind, id, payload, seconds] });
  }

  async find(id) {
    const text = "SELECT payload FROM kept WHERE kind = $1 AND id = $2 AND until > now()";
    const { rows } = await pool.query({ name: "find", text, values: [this.kind, id] });
    return rows[0]?.payload;
  }

  async destroy(id) {
    await pool.query({ name: "destroy", text: "DELETE FROM kept WHERE kind = $1 AND id = $2", values: [this.kind, id] });
  }
}

const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const { ext, key_ops, ...signing } = await crypto.subtle.exportKey("jwk", pair.privateKey);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  ...(pool && { adapter: Kept }),
  clients: clients.map(({ id, jwk }) => ({
    client_id: id,
    client_name: "Journalen",
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    dpop_bound_access_tokens: true,
    id_token_signed_response_alg: "ES256",
    jwks: { keys: [jwk] },
    scope,
  })),
  jwks: { keys: [{ ...signing, kid: "1", use: "sig", alg: "ES256" }] },
  scopes: [scope],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true, allowReplay: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => API,
      getResourceServerInfo: () => ({
        scope,
        audience: API,
        accessTokenFormat: "jwt",
        accessTokenTTL: 600,
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
  enabledJWA: {
    clientAuthSigningAlgValues: ["ES256"],
    dPoPSigningAlgValues: ["ES256"],
    idTokenSigningAlgValues: ["ES256"],
  },
  ttl: { ClientCredentials: 600 },
});
provider.on("server_error", (_, error) => console.error(error));
provider.listen(port, "127.0.0.1");
