// The server is killed while tokens are asked for. Every token that was answered before is known
// afterwards: it was durable, with its entry, before it left.
import * as client from "openid-client";
import { need } from "../walk/story.mjs";
import { configured } from "./machine.mjs";
import { API } from "./registry.mjs";

const ASKING = 8;
const BEFORE = 40;

export async function killed({ step, program, registered }) {
  await step("tokens are asked for by several at once, and the program is killed", async () => {
    const answered = [];
    let died = false;
    const ask = async () => {
      const config = await configured(program, registered.journal);
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
      while (!died) {
        try {
          answered.push((await client.clientCredentialsGrant(config, { scope: API.read }, { DPoP })).access_token);
        } catch (error) {
          need(died, `refused though the server lived: ${error.error ?? error.message}`);
        }
        if (answered.length >= BEFORE && !died) {
          died = true;
          await program.kill();
        }
      }
    };
    await Promise.all(Array.from({ length: ASKING }, ask));
    await program.again();
    const api = await configured(program, registered.api);
    for (const token of answered) {
      need((await client.tokenIntrospection(api, token)).active, "a token that was answered is not known");
    }
    need(answered.length >= BEFORE, "too few were answered");
  });
}
