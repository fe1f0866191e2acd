// openid-client with a doctor of the demo world: the attest of the trust framework in the client's
// statement, and the HPR number in the token of an API that has registered it.
import * as client from "openid-client";
import { need } from "../walk/story.mjs";
import { Agent } from "./agent.mjs";
import { claims } from "./keys.mjs";
import { configured, refused } from "./machine.mjs";
import { BACK, ORGANISATIONS, RECORDS } from "./registry.mjs";

const ATTEST = "nhn:tillitsrammeverk:parameters";
const HPR = "helseid://claims/hpr/hpr_number";
const oid = (rest) => `urn:oid:2.16.578.1.12.4.1.${rest}`;

/** What somebody attests at the medical office, as a doctor. */
function attest() {
  const unit = { id: ORGANISATIONS.office, system: oid("4.101") };
  return {
    type: ATTEST,
    practitioner: {
      authorization: { code: "LE", system: oid("1.9060") },
      legal_entity: unit,
      point_of_care: unit,
    },
    care_relationship: {
      purpose_of_use: { code: "TREAT", system: "urn:oid:2.16.840.1.113883.1.11.20448" },
      decision_ref: { id: "beslutning-1", user_selected: true },
    },
    patients: [],
  };
}

export async function professional({ step, program, registered }) {
  await step("a doctor's attest is believed, completed with the HPR number, and the number is told", async () => {
    const said = claims((await token(program, registered.records, "daglig-leder")).access_token);
    const number = said[ATTEST]?.practitioner?.hpr_nr?.id;
    need(/^9\d{8}$/.test(number), "the attest is not in the token, or has no number");
    need(said[HPR] === number, "the API is told another number, or none");
  });
  await step("the attest of one who has lost the authorisation is refused", async () => {
    const error = await refused(token(program, registered.records, "tidligere-lege"));
    need(error === "invalid_authorization_details", `refused with ${error}`);
  });
}

/** A token for the records with an attest, after a login as that person. */
async function token(program, registration, key) {
  const config = await configured(program, registration, {
    assertion: { [client.modifyAssertion]: (_, payload) => void (payload.assertion_details = [attest()]) },
  });
  // The request is pushed without the attest: it comes once, with the code.
  const pushing = await configured(program, registration);
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
  const request = {
    redirect_uri: BACK,
    scope: RECORDS.read,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  };
  const to = await client.buildAuthorizationUrlWithPAR(pushing, request);
  const agent = new Agent();
  const back = await agent.logIn(to, { key, name: program.logins[key] });
  need(back?.href.startsWith(BACK), `the person was led to ${back?.origin ?? agent.place}`);
  const checks = { pkceCodeVerifier: verifier, expectedState: state };
  return client.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
}
