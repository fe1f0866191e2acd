// openid-client as a program for itself: a token with a nonce, a sub-unit, introspection, revocation.
import { readFileSync } from "node:fs";
import * as client from "openid-client";
import { need } from "../walk/story.mjs";
import { claims } from "./keys.mjs";
import { API, ORGANISATIONS } from "./registry.mjs";

const PARENT = "helseid://claims/client/claims/orgnr_parent";
const CHILD = "helseid://claims/client/claims/orgnr_child";

/** The library, set up from the server's own description. Loopback has no certificate. */
export async function configured(program, registered, more = {}) {
  const key = { key: registered.key, kid: registered.kid };
  const proof = client.PrivateKeyJwt(key, more.assertion);
  const options = { execute: [client.allowInsecureRequests], algorithm: "oauth2" };
  return client.discovery(new URL(program.address), registered.id, more.metadata, proof, options);
}

/** What openid-client is refused with. */
export async function refused(asked) {
  try {
    await asked;
  } catch (error) {
    return error.error ?? error.cause?.error ?? error.message;
  }
  return "nothing: it was given";
}

export async function machine({ step, program, registered }) {
  let config, journal, api;
  await step("finds the server by its description", async () => {
    config = await configured(program, registered.journal);
    api = await configured(program, registered.api);
    const said = config.serverMetadata();
    need(said.issuer === new URL(program.address).origin, `the issuer is ${said.issuer}`);
    need(said.token_endpoint_auth_methods_supported.join() === "private_key_jwt", "other ways to prove oneself");
  });
  const keys = await client.randomDPoPKeyPair("ES256");
  await step("gets a token with private_key_jwt and DPoP; the first answer asks for a nonce", async () => {
    const seen = [];
    config[client.customFetch] = async (address, options) => {
      const answer = await fetch(address, options);
      seen.push(answer.status);
      return answer;
    };
    const DPoP = client.getDPoPHandle(config, keys);
    journal = await client.clientCredentialsGrant(config, { scope: API.read }, { DPoP });
    need(seen.join() === "400,200", `the answers were ${seen}`);
    const said = claims(journal.access_token);
    need(journal.token_type === "dpop" && journal.expires_in === 600, "not a DPoP token of ten minutes");
    need(said.aud === API.audience && said.scope === API.read, "the token is for something else");
    need(said[PARENT] === ORGANISATIONS.hospital && !said[CHILD], "the token is another organisation's");
  });
  await step("keeps the nonce for the next token", async () => {
    const seen = [];
    config[client.customFetch] = async (address, options) => {
      const answer = await fetch(address, options);
      seen.push(answer.status);
      return answer;
    };
    const DPoP = client.getDPoPHandle(config, keys);
    await client.clientCredentialsGrant(config, { scope: API.read }, { DPoP });
    await client.clientCredentialsGrant(config, { scope: API.write }, { DPoP });
    need(seen.join() === "400,200,200", `the answers were ${seen}`);
  });
  await step("names a sub-unit in assertion_details", async () => {
    const identifier = { system: "urn:oid:2.16.578.1.12.4.1.4.101", type: "ENH", value: ORGANISATIONS.ward };
    const detail = { type: "helseid_authorization", practitioner_role: { organization: { identifier } } };
    const named = await configured(program, registered.journal, {
      assertion: { [client.modifyAssertion]: (_, payload) => void (payload.assertion_details = [detail]) },
    });
    const DPoP = client.getDPoPHandle(named, keys);
    const token = await client.clientCredentialsGrant(named, { scope: API.read }, { DPoP });
    need(claims(token.access_token)[CHILD] === ORGANISATIONS.ward, "the sub-unit is not in the token");
  });
  await step("is refused a scope that it is not registered for", async () => {
    const DPoP = client.getDPoPHandle(config, keys);
    const error = await refused(client.clientCredentialsGrant(config, { scope: "helse:annet/les" }, { DPoP }));
    need(error === "invalid_scope", `refused with ${error}`);
  });
  await step("as the API it introspects the token, and what is no token", async () => {
    const told = await client.tokenIntrospection(api, journal.access_token);
    need(told.active && told.client_id === registered.journal.id, "the token is said not to be good");
    need(told.cnf?.jkt === claims(journal.access_token).cnf.jkt, "the key is not told");
    need(!(await client.tokenIntrospection(api, "not.a.token")).active, "anything is good");
  });
  await step("revokes the token, which is then no longer good", async () => {
    await client.tokenRevocation(config, journal.access_token);
    need(!(await client.tokenIntrospection(api, journal.access_token)).active, "it is good still");
  });
}

/** Fails when anything like a token stands in the program's log. */
export async function tokensInSight(program) {
  const found = /eyJ[\w-]{20,}/.exec(readFileSync(program.log, "utf8"));
  need(!found, `the program's log holds ${found?.[0].slice(0, 12)}…`);
}
