// An API and its clients, registered with the program's own command line.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { exportJWK, newKey } from "./keys.mjs";

const run = promisify(execFile);

/** What the API is called, and its scopes. */
export const API = { audience: "helse:prover", read: "helse:prover/les", write: "helse:prover/skriv" };

/** An API that the first one calls. */
export const OTHER = { audience: "helse:timer", read: "helse:timer/les" };
/** An API that wants an attest, and to know who the professional is. */
export const RECORDS = { audience: "helse:dokumenter", read: "helse:dokumenter/les" };

/** Where people come back to after login. Nobody listens there. */
export const BACK = "https://journal.test/tilbake";

/** The numbers of the demo world's organisations, in its order (crates/demo/src/organisations.rs). */
function numbers() {
  const found = [];
  for (let stem = 31_100_000; found.length < 34; stem += 37) {
    const sum = [3, 2, 7, 6, 5, 4, 3, 2].reduce((sum, weight, at) => sum + weight * Number(`${stem}`[at]), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) found.push(`${stem}${check}`);
  }
  return found;
}

const [HOSPITAL, WARD, OFFICE] = [numbers()[3], numbers()[15], numbers()[31]];
/** The hospital, a department of it, and a medical office. */
export const ORGANISATIONS = { hospital: HOSPITAL, ward: WARD, office: OFFICE };

/** Registers the API, the hospital's own client for it, and a client of the API's own to ask about tokens. */
export async function register(program) {
  const registrar = new Registrar(program);
  const tests = {
    audience: API.audience,
    owner: HOSPITAL,
    name: "Prøvesvar",
    scopes: { [API.read]: {}, [API.write]: {} },
    claims: ["client_name", "client_tenancy", "orgnr_parent", "orgnr_child", "security_level"],
  };
  const hours = { owner: HOSPITAL, name: "Timer", claims: ["orgnr_parent", "security_level"] };
  await registrar.api(tests);
  await registrar.api({ ...hours, audience: OTHER.audience, scopes: { [OTHER.read]: {} } });
  const one = { owner: HOSPITAL, tenancy: "single-tenant", sub_units: [WARD], scopes: [API.read, API.write] };
  const people = {
    ...one,
    scopes: ["openid", "profile", "offline_access", "helseid://scopes/identity/security_level", API.read],
    grants: ["authorization_code", "refresh_token"],
    redirect_uris: [BACK],
    post_logout_redirect_uris: [`${BACK}/ut`],
  };
  const records = { audience: RECORDS.audience, owner: OFFICE, name: "Dokumenter" };
  const needs = { needs_details: ["nhn:tillitsrammeverk:parameters"] };
  const told = ["trust_framework", "hpr_number", "orgnr_parent"];
  await registrar.api({ ...records, scopes: { [RECORDS.read]: needs }, claims: told });
  const journal = { owner: OFFICE, tenancy: "single-tenant", scopes: [RECORDS.read], redirect_uris: [BACK] };
  const exchanging = { ...one, scopes: [OTHER.read], grants: ["token_exchange"] };
  const calling = await registrar.client({ name: "Prøvesvar som spør", ...exchanging }, "ES256");
  await registrar.api({ ...tests, exchanged_by: [calling.id] });
  return {
    calling,
    records: await registrar.client({ name: "Legejournalen", ...journal, grants: ["authorization_code"] }, "ES256"),
    portal: await registrar.client({ name: "Portalen", ...people }, "ES256"),
    pythonPortal: await registrar.client({ name: "Portalen i Python", ...people }, "ES256"),
    journal: await registrar.client({ name: "Journalen", ...one }, "ES256"),
    python: await registrar.client({ name: "Journalen i Python", ...one }, "ES512"),
    api: await registrar.client({ name: "Prøvesvar", ...one, sub_units: [] }, "PS256"),
  };
}

/** Registers with the command line. Files lie in the world's folder and go with it. */
export class Registrar {
  #program;
  #count = 0;

  constructor(program) {
    this.#program = program;
  }

  async api(about) {
    await this.#admin(["api", "register", this.#file(about)]);
  }

  /** A client with a new key: its id, and the key's two halves. */
  async client(about, algorithm) {
    const { publicKey, privateKey } = await newKey(algorithm);
    const id = await this.#admin(["client", "register", this.#file(about)]);
    const jwk = await exportJWK(publicKey);
    const kid = await this.#admin(["client", "add-key", id, this.#file({ ...jwk, alg: algorithm, use: "sig" })]);
    return { id, kid, algorithm, key: privateKey };
  }

  async #admin(words) {
    const { stdout } = await run(this.#program.program, ["admin", ...words, "--data", this.#program.data]);
    return stdout.trim();
  }

  #file(content) {
    const path = join(this.#program.data, `registered-${++this.#count}.json`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }
}
