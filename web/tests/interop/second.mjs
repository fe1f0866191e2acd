// requests-oauth2client, unrelated to the first library, as a program for itself.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { need } from "../walk/story.mjs";
import { claims, exportJWK } from "./keys.mjs";
import { Agent } from "./agent.mjs";
import { API, BACK, ORGANISATIONS } from "./registry.mjs";

const SCRIPT = fileURLToPath(new URL("second.py", import.meta.url));

/** What the script is told of a client. */
async function told(program, { id, kid, algorithm, key }, scope) {
  const issuer = new URL(program.address).origin;
  return { issuer, client: id, key: { ...(await exportJWK(key)), kid, alg: algorithm }, scope };
}

export async function second({ step, program, registered }) {
  const python = interpreter();
  const about = await told(program, registered.python, API.read);
  const { id } = registered.python;
  await step("gets a token with private_key_jwt (ES512) and DPoP; the first answer asks for a nonce", async () => {
    const [told] = await asked(python, "client_credentials", about);
    need(told.statuses.join() === "400,200", `the answers were ${told.statuses}`);
    const said = claims(told.access_token);
    need(said.aud === API.audience && said.client_id === id, "the token is for something else");
    need(said["helseid://claims/client/claims/orgnr_parent"] === ORGANISATIONS.hospital, "another organisation's");
    need(said.cnf.jkt === told.thumbprint, "the token is bound to another key");
  });
  await step("introspects its token, revokes it, and introspects it again", async () => {
    const [told] = await asked(python, "given", about);
    need(told.introspected.active === true, "the owner of the API does not see its token as good");
    need(told.revoked === true, "it was not revoked");
    need(told.after.active === false, "it is good still");
  });
}

export async function secondPerson({ step, program, registered }) {
  const python = interpreter();
  const scope = `openid profile ${API.read}`;
  const about = { ...(await told(program, registered.pythonPortal, scope)), back: BACK };
  const login = { key: "innbygger", name: program.logins.innbygger };
  await step("pushes its request, gets a code by the person, and tokens for it", async () => {
    const agent = new Agent();
    const visit = async ({ authorize }) => {
      if (!authorize) return undefined;
      const back = await agent.logIn(authorize, login);
      need(back, `the person was led to ${agent.place}`);
      return back.href;
    };
    const lines = await asked(python, "person", about, visit);
    const got = lines.at(-1);
    need(claims(got.access_token).aud === API.audience, "the token is for something else");
    need(got.good, "the ID token is not signed by the server, or not for this login");
    need(got.subject === claims(got.access_token).sub && got.name === login.name, "it is somebody else");
  });
}

/** The Python that has the libraries. */
export function interpreter() {
  const python = process.env.VARDE_PYTHON;
  if (!python) throw new Error("set VARDE_PYTHON to a Python with interop/requirements.txt installed");
  return python;
}

/** What the script prints, one JSON a line; `talk` answers to each line, or says nothing. */
export async function asked(python, what, about, talk = () => undefined) {
  const child = spawn(python, [SCRIPT, what], { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk) => (complaint += chunk));
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.stdin.write(`${JSON.stringify(about)}\n`);
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line));
    const answer = await talk(lines.at(-1));
    if (answer !== undefined) child.stdin.write(`${JSON.stringify(answer)}\n`);
  }
  const code = await ended;
  need(code === 0, `${what}: ended with ${code}\n${complaint.replace(/eyJ[\w.-]+/g, "(token)")}`);
  return lines;
}
