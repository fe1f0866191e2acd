// openid-client with a person: a pushed request, a code, PKCE, refresh, what is known of the person, an
// exchange by the API that was called, and logging out.
import * as client from "openid-client";
import { need } from "../walk/story.mjs";
import { Agent } from "./agent.mjs";
import { claims } from "./keys.mjs";
import { configured, refused } from "./machine.mjs";
import { API, BACK, OTHER } from "./registry.mjs";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const LEVEL = "helseid://claims/identity/security_level";

export async function person({ step, program, registered }) {
  const login = { key: "innbygger", name: program.logins.innbygger };
  const agent = new Agent();
  let config, DPoP, keys, to, back, verifier, tokens, refreshed;
  const state = client.randomState();
  const nonce = client.randomNonce();
  await step("pushes its request", async () => {
    config = await configured(program, registered.portal);
    keys = await client.randomDPoPKeyPair("ES256");
    DPoP = client.getDPoPHandle(config, keys);
    verifier = client.randomPKCECodeVerifier();
    const request = {
      redirect_uri: BACK,
      scope: `openid profile offline_access helseid://scopes/identity/security_level ${API.read}`,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    };
    to = await client.buildAuthorizationUrlWithPAR(config, request, { DPoP });
    need([...to.searchParams.keys()].sort().join() === "client_id,request_uri", `the address is ${to}`);
  });
  await step("sends the person, who logs in and comes back with a code", async () => {
    back = await agent.logIn(to, login);
    need(back?.href.startsWith(BACK), `the person was led to ${back?.origin ?? agent.place}`);
    need(back.searchParams.get("iss") === config.serverMetadata().issuer, "the answer does not name its issuer");
  });
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  await step("gets tokens for the code", async () => {
    tokens = await client.authorizationCodeGrant(config, back, { ...checks, pkceCodeVerifier: verifier }, undefined, { DPoP });
    const said = claims(tokens.access_token);
    need(said.aud === API.audience && said[LEVEL] === "4", "the token does not tell how surely the person logged in");
    need(tokens.claims().nonce === nonce && tokens.refresh_token, "no ID token of this login, or no refresh token");
  });
  await step("is told who it is", async () => {
    const told = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
    need(told.name === login.name, "it is somebody else");
  });
  await step("refreshes", async () => {
    refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, { scope: API.read }, { DPoP });
    need(claims(refreshed.access_token).sub === claims(tokens.access_token).sub, "another person's token");
  });
  await step("calls an API, which exchanges the token for one of another API", async () => {
    const api = await configured(program, registered.calling);
    const own = { DPoP: client.getDPoPHandle(api, await client.randomDPoPKeyPair("ES256")) };
    const subject = {
      subject_token: refreshed.access_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      scope: OTHER.read,
    };
    const exchanged = claims((await client.genericGrantRequest(api, EXCHANGE, subject, own)).access_token);
    need(exchanged.aud === OTHER.audience && exchanged[LEVEL] === "4", "not the person's token at the other API");
    need(exchanged.act?.sub === registered.calling.id || exchanged.act?.client_id === registered.calling.id, "no actor");
  });
  await step("is refused a second use of the code, which ends the login", async () => {
    const again = client.authorizationCodeGrant(config, back, { ...checks, pkceCodeVerifier: verifier }, undefined, { DPoP });
    need((await refused(again)) === "invalid_grant", "the code was taken twice");
    const dead = client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
    need((await refused(dead)) === "invalid_grant", "the refresh token lives on");
  });
  await step("logs the person out", async () => {
    const out = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: `${BACK}/ut`,
      state,
    });
    let led = await agent.go(out);
    if (!led) led = await agent.send("/connect/endsession", {});
    need(led?.href.startsWith(`${BACK}/ut`) && led.searchParams.get("state") === state, `led to ${led ?? agent.place}`);
  });
}
