// How things end: a role, a room, a permit, a session. Those who may see what is open and close it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

const REASON = "Vilkårene i tillatelsen er ikke fulgt, og prosjektet er avsluttet.";

/** Whoever looks after roles gives one, and ends it; two people for what decides over others. */
export async function roles(tale) {
  const { step, walk, world } = tale;
  const { program, logins } = world;
  const who = await Person.arrive(walk, "administrator");
  const { page } = who;
  const here = () => page.url();
  // The people of the demo world, as Test-ID knows them.
  const people = JSON.parse(readFileSync(join(program.data, "demo/people.json"), "utf8"));
  const number = (login) => people.find((person) => person.key === login.key).number;
  await step("An administrator of roles is made by command, and sees who may do what", async () => {
    const permits = await (await who.ask("/api/permits")).json();
    const flags = ["admin", "role", "give", "administrator", "--organisation", permits[0].holder, "--data", program.data];
    execFileSync(program.program, flags, { input: `${number(logins.manager)}\n`, stdio: ["pipe", "ignore", "pipe"] });
    await who.logIn(logins.manager, { to: "/roller", side: /administrator/i });
    if (!/\/roller$/.test(page.url())) await who.open("/roller", { name: "roles" });
    await who.inAllLanguages("roles");
    need((await who.text()).includes(logins.researcher.name), "the researcher's role is not shown");
    await byKeyboard(who);
  }, here);
  await step("… finds nobody by a wrong number, and is told beside the field", async () => {
    await who.fill("_number", "1");
    await who.press('form[action="/roller/finn"] button', { status: 422, name: "roles-wrong-number" });
    await who.errors();
  }, here);
  await step("… gives a role, and ends it", async () => {
    await who.fill("_number", number(logins.supplierManager));
    await who.press('form[action="/roller/finn"] button', { name: "roles-found" });
    await who.fill("role", "researcher");
    await who.press('form[action="/roller/gi"] button', { name: "role-given" });
    const row = page.locator("main tr", { hasText: logins.supplierManager.name });
    need(await row.count(), "the role that was given is not shown");
    await who.press(row.locator('form[action$="/avslutt"] button'), { name: "role-ended" });
    need(!(await row.count()), "the role that was ended is still shown");
  }, here);
}

/** The room by those who may close it, the permit by those who gave it, the session at both ends. */
export async function endings(tale) {
  const { step, walk, world, researcher } = tale;
  const handler = await Person.arrive(walk, "supervisor");
  const { page } = handler;
  const here = () => page.url();
  await step("A handler sees which rooms are open by the body's decisions, and not what lies in them", async () => {
    await handler.logIn(world.logins.handler, { to: "/rom", side: world.logins.handler.side });
    if (!/\/rom$/.test(page.url())) await handler.open("/rom", { name: "open-rooms" });
    await handler.inAllLanguages("open-rooms");
    await handler.press(`main a[href="${tale.room}"]`, { name: "room-from-outside" });
    await handler.inAllLanguages("room-from-outside");
    await handler.open(`${tale.room}/filer`, { status: 403, name: "room-files-refused" });
  }, here);
  await step("… and whoever leads the project is asked twice before it is closed", async () => {
    await researcher.open(tale.room, { name: "room-before-its-end" });
    await researcher.press(`main a[href="${tale.room}/avslutt"]`, { name: "close-room" });
    await researcher.inAllLanguages("close-room");
    await byKeyboard(researcher);
    await researcher.press(`form[action="${tale.room}/avslutt"] button`, { status: 422, name: "close-room-without-reason" });
    await researcher.errors();
    await researcher.press(`main .v-buttons a[href="${tale.room}"]`, { name: "room-not-closed" });
  }, () => researcher.page.url());
  await step("The handler revokes the permit, with a reason, and the room closes by itself", async () => {
    const address = `/tillatelser/${tale.permit}/trekk-tilbake`;
    await handler.open(`/tillatelser/${tale.permit}`, { name: "permit-to-revoke" });
    await handler.press(`main a[href="${address}"]`, { name: "revoke" });
    await handler.inAllLanguages("revoke");
    await handler.press(`form[action="${address}"] button`, { status: 422, name: "revoke-without-reason" });
    await handler.errors();
    await handler.fill("reason", REASON);
    await page.check('main input[type="checkbox"][name="confirmed"]');
    await handler.press(`form[action="${address}"] button`, { name: "permit-revoked" });
    await handler.inAllLanguages("permit-revoked");
    await until(async () => {
      await researcher.page.goto(tale.room);
      return /avsluttet/.test(await researcher.text());
    }, "the room of the revoked permit stays open", 30);
    await researcher.look("room-closed");
    await researcher.inAllLanguages("room-closed");
    await handler.open("/rom", { name: "rooms-after-the-end" });
  }, here);
  await step("Whoever logs out is asked whether to end the login provider's session too", async () => {
    await handler.press('header form[action="/logg-ut"] button', { name: "logged-out" });
    // In one language only: what the provider needs is shown once, so that nobody after them finds it.
    const onward = page.locator('main form button[type="submit"]');
    await handler.press(onward, { name: "logged-out-at-the-provider" });
    need(/utlogget|test-id/.test(page.url()), `it leads to ${page.url()}`);
    await handler.inAllLanguages("logged-out-at-the-provider");
  }, here);
}
