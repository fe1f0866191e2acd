// Self-service: a vendor registers its system and a client for a medical office, whose manager confirms
// it; the vendor hands in a key, and reads in plain words what is wrong with a call, until it works. The
// vendor's system is openid-client, unchanged.
import * as client from "openid-client";
import { configured, refused } from "../interop/machine.mjs";
import { exportJWK, newKey } from "../interop/keys.mjs";
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

const SCOPE = "nhn:demo-journal-api/les";
/** By which a client looks after itself. */
const OWN = "varde:api/self_service";
/** Where a product wants whoever confirms to come back to. Nobody listens there. */
const BACK = "http://127.0.0.1:4712/ferdig";

export async function selfService(tale) {
  const { step, walk, world } = tale;
  const { program, logins } = world;
  const vendor = await Person.arrive(walk, "vendor");
  const { page } = vendor;
  const here = () => page.url();
  const path = () => new URL(page.url()).pathname;
  let manager, clinic, made, keys, confirm;

  await step("The vendor registers its client system, and reads beside the fields what is missing", async () => {
    await vendor.logIn(logins.supplierManager, { to: "/klienter" });
    if (!/virksomhet/.test(path())) await vendor.press(page.locator("main .v-card a").first(), { name: "clients-of-vendor" });
    await vendor.inAllLanguages("clients-of-vendor");
    await vendor.press('main a[href$="/nytt-system"]', { name: "system-new" });
    await vendor.inAllLanguages("system-new");
    await vendor.press("main form button", { status: 422, name: "system-wrong" });
    need((await vendor.errors()).summary.length === 2, "the name and the scopes are not told");
    await vendor.fill("name", "Journalhuset Lokal");
    await vendor.fill("scopes", SCOPE);
    await byKeyboard(vendor);
    await vendor.press("main form button", { name: "system" });
    await vendor.inAllLanguages("system");
  }, here);

  await step("… an API key is shown once", async () => {
    const system = path();
    await vendor.press('main form[action$="/api-nokler"] button', { name: "api-key" });
    need(/varde-draft-/.test(await vendor.text()), "the key is not shown");
    await vendor.open(system, { name: "system-with-key" });
    need(!/varde-draft-/.test(await vendor.text()), "the key is shown again");
  }, here);

  await step("… and a client for a medical office, which waits for its manager", async () => {
    manager = await Person.arrive(walk, "office");
    await manager.logIn(logins.manager, { to: "/klienter" });
    if (!/virksomhet/.test(manager.page.url())) await manager.press(manager.page.locator("main .v-card a").first(), { name: "clients-of-office" });
    await manager.inAllLanguages("clients-of-office");
    clinic = new URL(manager.page.url()).pathname.split("/").pop();
    await vendor.press('main a[href$="/ny-klient"]', { name: "client-new" });
    await vendor.inAllLanguages("client-new");
    await vendor.fill("owner", "123");
    await vendor.press("main form button", { status: 422, name: "client-wrong" });
    await vendor.errors();
    await vendor.fill("owner", clinic);
    await vendor.press("main form button", { name: "client-waits" });
    made = path();
    confirm = `/klienter/bekreft/${made.split("/").pop()}`;
    await vendor.inAllLanguages("client-waits");
    await vendor.open(confirm, { status: 403, name: "client-not-mine-to-confirm" });
  }, here);

  await step("The manager sees who asks for what, and says yes", async () => {
    await manager.open("/klienter", { name: "clients-waiting" });
    await manager.press(`main a[href="${confirm}"]`, { name: "client-confirm" });
    await manager.inAllLanguages("client-confirm");
    await byKeyboard(manager);
    await manager.press('main form button[value="yes"]', { name: "client-confirmed" });
    await manager.inAllLanguages("client-confirmed");
  }, () => manager.page.url());

  await step("A private key is refused loudly; the public half is taken", async () => {
    keys = await newKey("ES256");
    await vendor.open(made, { name: "client-without-key" });
    await vendor.fill("_jwk", JSON.stringify({ ...(await exportJWK(keys.publicKey)), d: "A".repeat(43), kid: "vandring" }));
    await vendor.press('main form[action$="/nokler"] button', { status: 422, name: "client-private-key" });
    need(/STOPP/.test(await vendor.text()), "nobody is warned");
    await vendor.fill("_jwk", JSON.stringify({ ...(await exportJWK(keys.publicKey)), kid: "vandring" }));
    await vendor.press('main form[action$="/nokler"] button', { name: "client-with-key" });
    await vendor.inAllLanguages("client-with-key");
  }, here);

  await step("The connection test has seen nothing yet, tells what is wrong with a call, and then that it works", async () => {
    await vendor.press(`main a[href="${made}/test"]`, { name: "test-nothing" });
    await vendor.inAllLanguages("test-nothing");
    const id = made.split("/").pop();
    const other = await newKey("ES256");
    const call = async (key) => {
      const config = await configured(program, { id, kid: "vandring", key: key.privateKey });
      const proof = await client.randomDPoPKeyPair("ES256");
      return refused(client.clientCredentialsGrant(config, { scope: SCOPE }, { DPoP: client.getDPoPHandle(config, proof) }));
    };
    const says = (words) => until(async () => {
      await page.reload();
      return words.test(await page.locator('main [role="status"]').innerText());
    }, `the page does not say ${words}`, 20);
    need((await call(other)) === "invalid_client", "a call with another key was not refused");
    await says(/Signaturen holder ikke/);
    await vendor.look("test-signature");
    await vendor.inAllLanguages("test-signature");
    const outcome = await call(keys);
    need(/^nothing/.test(outcome), `the right key was refused: ${outcome}`);
    await says(/Forbindelsen virker/);
    await vendor.look("test-good");
    await vendor.inAllLanguages("test-good");
  }, here);

  await step("A product sets itself up: it drafts, the manager confirms and comes back, and it looks after itself", async () => {
    await vendor.open("/klienter", { name: "clients-of-vendor-again" });
    await vendor.press('main a[href$="/nytt-system"]', { name: "system-by-itself" });
    await vendor.fill("name", "Journalhuset Selv");
    await vendor.fill("scopes", [SCOPE, OWN]);
    await vendor.fill("return_addresses", BACK);
    await vendor.press("main form button", { name: "system-that-drafts" });
    await vendor.press('main form[action$="/api-nokler"] button', { name: "system-that-drafts-key" });
    const apiKey = (await page.locator('main [role="status"] code').innerText()).trim();
    const pair = await newKey("ES256");
    const draft = { organizationNumber: clinic, publicJwk: { ...(await exportJWK(pair.publicKey)), kid: "egen" }, postClientConfirmationRedirectUri: BACK };
    const asked = await fetch(new URL("/api/self-service/v1/client-drafts", program.address), {
      method: "POST",
      headers: { "content-type": "application/json", "api-key": apiKey },
      body: JSON.stringify(draft),
    });
    need(asked.status === 201, `the draft was answered with ${asked.status}`);
    const { clientId, confirmationPath } = await asked.json();
    await manager.open(confirmationPath, { name: "draft-confirm" });
    let back;
    await manager.page.route(`${BACK}**`, (route) => {
      back = new URL(route.request().url());
      return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Journalhuset</title>" });
    });
    await manager.page.click('main form button[value="yes"]');
    await manager.page.waitForURL(`${BACK}**`);
    need(back.searchParams.get("status") === "confirmed", `it came back to ${back}`);
    const config = await configured(program, { id: clientId, kid: "egen", key: pair.privateKey });
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
    const token = await client.clientCredentialsGrant(config, { scope: OWN }, { DPoP });
    const ask = async (method, path, body) => {
      const headers = new Headers({ "content-type": "application/json" });
      const address = new URL(`/api/self-service/v1/${path}`, program.address);
      const answer = await client.fetchProtectedResource(config, token.access_token, address, method, body && JSON.stringify(body), headers, { DPoP });
      return answer.json();
    };
    const stands = await ask("GET", "client");
    need(stands.apiScopes.every((one) => one.status === "ok"), `its scopes are ${JSON.stringify(stands.apiScopes)}`);
    const fewer = await ask("PUT", "client", { apiScopes: [OWN] });
    need(fewer.apiScopes.length === 1, "what was left out is still there");
    const next = await newKey("ES256");
    const added = await ask("POST", "client-secret", { ...(await exportJWK(next.publicKey)), kid: "neste" });
    need(added.kid === "neste" && Date.parse(added.expiration) > Date.now(), `the key was answered with ${JSON.stringify(added)}`);
  }, () => manager.page.url());

  await step("The manager ends the client, and it gets nothing more", async () => {
    await manager.open(made, { name: "client-in-use" });
    await manager.press('main form[action$="/avslutt"] button', { name: "client-ended" });
    need(/Avsluttet/.test(await manager.text()), "it is not said to be ended");
    await manager.inAllLanguages("client-ended");
  }, () => manager.page.url());
}
