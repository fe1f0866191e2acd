// Delegation as the guide tells it: the manager of a medical office lets a supplier act for it, sees
// every use, and takes it back. The supplier's system is openid-client, unchanged.
import * as client from "openid-client";
import { launch } from "../browser.mjs";
import { configured, refused } from "../interop/machine.mjs";
import { Registrar } from "../interop/registry.mjs";
import { byKeyboard, keepsStill } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { check } from "./proof.mjs";
import { need } from "./story.mjs";

const SCOPE = "nhn:demo-journal-api/les";
/** What everybody is promised: given, seen and removed within five seconds. */
const AT_ONCE = 5000;

export async function delegate(tale) {
  const { step, walk, world } = tale;
  const { program, logins } = world;
  const { supplier, authority } = program.steps.find((one) => one.step === "delegation").facts;
  const manager = await Person.arrive(walk, "manager");
  const { page } = manager;
  const here = () => page.url();
  const path = () => new URL(page.url()).pathname;
  let home, one, system, given;

  await step("With MinID the manager of a medical office comes to the right, and reads why not and how to go on", async () => {
    await manager.logIn(logins.manager, { level: "substantial", to: "/delegering" });
    if (path() !== "/delegering") await manager.open("/delegering", { name: "delegation-choose" });
    await manager.inAllLanguages("delegation-choose");
    await byKeyboard(manager);
    await manager.press(page.locator("main ul a").first(), { name: "delegation-nothing-given" });
    home = path();
    await manager.inAllLanguages("delegation-nothing-given");
    await manager.press(`main a[href="${home}/gi"]`, { name: "delegation-search" });
    await manager.fill("q", "finnes ikke");
    await manager.press('form[role="search"] button', { name: "delegation-no-match" });
    await manager.fill("q", "helseid");
    await manager.press('form[role="search"] button', { name: "delegation-found" });
    await manager.inAllLanguages("delegation-found");
    await manager.press(page.locator("main ul a").first(), { status: 403, name: "delegation-minid" });
    need(/MinID er ikke nok/.test(await manager.text()), "the reason is not told");
    await manager.inAllLanguages("delegation-minid", 403);
  }, here);

  await step("… and with BankID is back where the manager was, with the authority beside the right", async () => {
    const wanted = path();
    await manager.press('main a[href^="/logg-inn"]', { name: "delegation-step-up" });
    await manager.identify(logins.manager, "high");
    need(path() === wanted, `the login led to ${path()}`);
    need(/Norsk helsenett SF/.test(await page.locator("main .ds-card").innerText()), "the authority is not beside the right");
    await manager.inAllLanguages("delegation-right");
    await byKeyboard(manager);
  }, here);

  await step("The supplier's system gets nothing yet", async () => {
    system = await systemOf({ program, supplier, authority, clinic: home.split("/").pop() });
    need((await system.refusal()) === "access_denied", "it is refused otherwise, or not at all");
  }, here);

  await step("A wrong number is told beside its field; the right one is found by name", async () => {
    await manager.press('main a[href$="/til"]', { name: "delegation-supplier" });
    for (const wrong of ["123", home.split("/").pop(), "974760673"]) {
      await manager.fill("to", wrong);
      await manager.press("main form button", { status: 422, name: "delegation-supplier-wrong" });
      await manager.errors();
    }
    await manager.inAllLanguages("delegation-supplier-wrong", 422);
    await manager.fill("to", supplier.replace(/(...)(...)(...)/, "$1 $2 $3"));
    await manager.press("main form button", { name: "delegation-supplier-found" });
    need(/Journalhuset/.test(await manager.text()), "the supplier's name is not shown");
    await manager.inAllLanguages("delegation-supplier-found");
    await manager.press(`main a[href$="/til/${supplier}"]`, { name: "delegation-look-over" });
    await manager.inAllLanguages("delegation-look-over");
  }, here);

  await step("The manager looks it over, ticks and gives it", async () => {
    const submit = page.locator('main form[method="post"] button');
    await manager.press(submit, { status: 422, name: "delegation-not-ticked" });
    await manager.errors();
    await manager.fill("confirmed", "yes");
    await byKeyboard(manager);
    await manager.press(submit, { name: "delegation-done" });
    given = Date.now();
    one = path();
    need(/Tilgangen er gitt/.test(await manager.text()), "it is not said to be given");
  }, here);

  await step("At once the supplier's system gets a token, and the use comes to the open page by itself", async () => {
    await system.token();
    need(Date.now() - given < AT_ONCE, `it took ${Date.now() - given} ms`);
    const asked = Date.now();
    await page.locator("#uses tbody tr").first().waitFor({ timeout: AT_ONCE });
    need(Date.now() - asked < AT_ONCE, `it took ${Date.now() - asked} ms`);
    await manager.look("delegation-used");
    await system.token();
    await page.locator("#uses tbody tr").nth(1).waitFor({ timeout: AT_ONCE });
    await manager.inAllLanguages("delegation-used-twice");
    await keepsStill(manager);
    await byKeyboard(manager);
  }, here);

  await step("… with a proof that the program and the Python script check without the service", async () => {
    const proved = await check(manager, tale, '#uses a[href$="/bevis"]', "delegation-use");
    need(/oauth\.token\.issued/.test(proved), `the script proves something else: ${proved}`);
  }, here);

  await step("The supplier's own manager sees the same, and not the office's page", async () => {
    const theirs = await Person.arrive(walk, "supplier");
    await theirs.logIn(logins.supplierManager, { to: "/delegering" });
    if (!/\/delegering$/.test(theirs.page.url())) await theirs.open("/delegering", { name: "supplier-choose" });
    await theirs.press(theirs.page.locator("main ul a").first(), { name: "supplier-received" });
    await theirs.inAllLanguages("supplier-received");
    const row = theirs.page.locator("#received tbody tr").first();
    need(/Fjordgløtt/.test(await row.innerText()) && /\b2\b/.test(await row.innerText()), "the office or its two uses are not shown");
    await theirs.press(row.locator("th a"), { name: "supplier-uses" });
    need((await theirs.page.locator("#uses tbody tr").count()) === 2, "the supplier does not see its own uses");
    await theirs.press('main a[href$="/fjern"]', { name: "supplier-give-up" });
    await theirs.inAllLanguages("supplier-give-up");
    await theirs.open(one, { status: 403, name: "supplier-at-the-office" });
  }, here);

  await step("The list tells how often and when last, and how it was before", async () => {
    await manager.open(home, { name: "delegation-list" });
    await manager.inAllLanguages("delegation-list");
    need(/\b2\b/.test(await page.locator("#given tbody tr").first().innerText()), "the uses are not counted");
    await manager.unfold('form input[name="valid"]');
    await manager.fill("valid", "2020-01-01T12:00");
    await manager.press("main details form button", { name: "delegation-as-at" });
    need(/Slik var det/.test(await manager.text()) && !(await page.locator("#given").count()), "it is shown as now");
    await manager.inAllLanguages("delegation-as-at");
    await manager.open(`${home}/historikk`, { name: "delegation-history" });
    await manager.inAllLanguages("delegation-history");
  }, here);

  await step("Without scripts the pages do the same: uses come when the page is loaded", () => withoutScripts(tale, one), here);

  await step("Removed, it opens nothing within five seconds, and the tokens it had given are no longer good", async () => {
    need(await system.isActive(), "the token was not good before");
    await manager.open(one, { name: "delegation-before-removal" });
    await manager.press('main a[href$="/fjern"]', { name: "delegation-remove" });
    await manager.inAllLanguages("delegation-remove");
    await manager.press('main form[method="post"] button', { name: "delegation-removed" });
    const removed = Date.now();
    need((await system.refusal()) === "access_denied", "it still gets tokens, or is refused otherwise");
    need(!(await system.isActive()), "the token is still said to be good");
    need(Date.now() - removed < AT_ONCE, `it took ${Date.now() - removed} ms`);
    need(/Tilgangen er fjernet/.test(await manager.text()), "it is not said to be removed");
    await manager.inAllLanguages("delegation-removed");
    await manager.open(one, { name: "delegation-ended" });
    await manager.inAllLanguages("delegation-ended");
    await manager.open(`${one}/fjern`, { name: "delegation-removed-before" });
  }, here);
}

/** The supplier's system, and the API's client that asks whether a token is good. */
async function systemOf({ program, supplier, authority, clinic }) {
  const registrar = new Registrar(program);
  const system = await registrar.client({ name: "Journalhuset, for vandringen", owner: supplier, tenancy: "multi-tenant", scopes: [SCOPE] }, "ES256");
  const owners = await registrar.client({ name: "Journalopplysninger", owner: authority, tenancy: "none", scopes: [SCOPE] }, "ES256");
  const identifier = { system: "urn:oid:1.0.6523", type: "ENH", value: `NO:ORGNR:${clinic}` };
  const detail = { type: "helseid_authorization", practitioner_role: { organization: { identifier } } };
  const assertion = { [client.modifyAssertion]: (_, payload) => void (payload.assertion_details = [detail]) };
  const config = await configured(program, system, { assertion });
  const api = await configured(program, owners);
  const keys = await client.randomDPoPKeyPair("ES256");
  const ask = () => client.clientCredentialsGrant(config, { scope: SCOPE }, { DPoP: client.getDPoPHandle(config, keys) });
  let last;
  return {
    token: async () => (last = (await ask()).access_token),
    refusal: () => refused(ask()),
    isActive: async () => (await client.tokenIntrospection(api, last)).active,
  };
}

async function withoutScripts(tale, one) {
  const { walk, world } = tale;
  const plain = await launch({ base: world.program.address, shots: process.env.VARDE_SCREENSHOTS, script: false });
  try {
    const manager = await Person.arrive(plain, "manager-plain");
    await manager.logIn(world.logins.manager, { to: one });
    need((await manager.page.locator("#uses tbody tr").count()) === 2, "the uses are not on the page");
    await manager.press('main a[href$="/fjern"]', { name: "plain-remove" });
    await manager.press("main form a", { name: "plain-kept" });
  } finally {
    walk.faults.push(...plain.faults.splice(0));
    await plain.close();
  }
}
