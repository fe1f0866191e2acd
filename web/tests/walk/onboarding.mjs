// Taking a service into use: the manager of a medical office orders Persontjenesten, a handler at its
// owner grants it, the confirmation is in the mailbox.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const SERVICE = "/tjenester/persontjenesten";
const EMAIL = "leder@fjordglott.example";

export async function takeIntoUse(tale) {
  const { step, walk, world } = tale;
  const { logins } = world;
  const manager = await Person.arrive(walk, "orders");
  const { page } = manager;
  const here = () => page.url();
  const path = () => new URL(page.url()).pathname;
  let order;

  await step("Anybody reads which services there are, their information classes and their terms", async () => {
    await manager.open("/tjenester", { name: "services" });
    await manager.inAllLanguages("services");
    await manager.press(`main a[href="${SERVICE}"]`, { name: "service" });
    need(/folkeregisterloven § 10-2/.test(await manager.text()), "the legal basis is not shown");
    await manager.inAllLanguages("service");
    await byKeyboard(manager);
    await manager.press(`main a[href="${SERVICE}/vilkar/1"]`, { name: "service-terms" });
    await manager.inAllLanguages("service-terms");
  }, here);

  await step("The manager of a medical office orders, and is told beside each field what is missing", async () => {
    await manager.logIn(logins.manager, { to: `${SERVICE}/bestill` });
    if (path() !== `${SERVICE}/bestill`) await manager.open(`${SERVICE}/bestill`, { name: "order-form" });
    await manager.press('main form button[type="submit"]', { status: 422, name: "order-missing" });
    const { fields } = await manager.errors();
    need(["class", "basis", "need", "email"].every((field) => fields.includes(field)), `only ${fields} are named`);
    await manager.open(`${SERVICE}/bestill`, { name: "order-form" });
    await manager.inAllLanguages("order-form");
    await manager.fill("class", "full");
    await manager.fill("basis", "pasientjournalloven|§ 19");
    await manager.fill("need", "Vi holder adressene til pasientene våre oppdatert.");
    await manager.fill("email", EMAIL);
    await byKeyboard(manager);
    await manager.press('main form button[type="submit"]', { name: "order-terms" });
    order = path().replace(/\/vilkar$/, "");
  }, here);

  await step("… accepts the terms, looks it over and sends it", async () => {
    await manager.press('main form button[type="submit"]', { status: 422, name: "terms-not-accepted" });
    await manager.errors();
    await manager.open(`${order}/vilkar`, { name: "order-terms" });
    await manager.inAllLanguages("order-terms");
    await manager.fill("accepted", "yes");
    await manager.press('main form button[type="submit"]', { name: "order-review" });
    await manager.inAllLanguages("order-review");
    await manager.press('main form button[type="submit"]', { name: "order-sent" });
    need(path() === order && /Venter på svar/.test(await manager.text()), "it is not said to wait");
    await manager.inAllLanguages("order-sent");
    await manager.open("/tjenester/bestillinger", { name: "orders" });
    need(/Persontjenesten/.test(await manager.text()), "the order is not in the list");
    await manager.inAllLanguages("orders");
  }, here);

  await step("A handler at the service's owner finds it on the desk, gives a reason for no, and says yes", async () => {
    const owner = await Person.arrive(walk, "service-owner");
    await owner.logIn(logins.serviceOwner, { to: "/tjenester/behandling", side: /saksbehandler/i });
    if (!/\/behandling$/.test(owner.page.url())) await owner.open("/tjenester/behandling", { name: "desk" });
    need(/Nordlys/.test(await owner.text()), "the order of the demo world does not wait");
    await owner.inAllLanguages("desk");
    await owner.press(`main a[href="${order.replace("bestillinger", "behandling")}"]`, { name: "desk-case" });
    await owner.inAllLanguages("desk-case");
    await owner.fill("answer", "_refuse");
    await owner.press('main form[method="post"] button[type="submit"]', { status: 422, name: "desk-no-reason" });
    await owner.errors();
    await owner.fill("answer", "full");
    await owner.press('main form[method="post"] button[type="submit"]', { name: "desk-granted" });
    await owner.inAllLanguages("desk-granted");
  }, () => here());

  await step("The manager sees that it is open, and the confirmation is in the mailbox", async () => {
    await manager.open(order, { name: "order-granted" });
    need(/Registrer en nøkkel/.test(await manager.text()), "the next step is not told");
    await manager.inAllLanguages("order-granted");
    await byKeyboard(manager);
    for (let tries = 0; tries < 20; tries++) {
      await manager.open("/demo/postkasse", { name: "mailbox" });
      if ((await manager.text()).includes("Tilgangen til Persontjenesten er gitt")) break;
      await page.waitForTimeout(500);
    }
    const mail = page.locator("main article", { hasText: "Tilgangen til Persontjenesten er gitt" }).filter({ hasText: EMAIL });
    need(await mail.count(), "the confirmation did not come");
    await manager.inAllLanguages("mailbox");
  }, here);

  await step("Whoever leads nothing cannot order, and reads why", async () => {
    const citizen = await Person.arrive(walk, "leads-nothing");
    await citizen.logIn(logins.citizen, { to: `${SERVICE}/bestill` });
    need(/Du kan ikke bestille for noen/.test(await citizen.text()), "it is not told");
    await citizen.inAllLanguages("order-nobody");
    await citizen.open(order, { status: 403, name: "order-of-others" });
  }, here);
}
