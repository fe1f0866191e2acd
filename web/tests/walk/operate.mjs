// The operator's page, the public log, and what those see who come where they should not.
import { byKeyboard, keepsStill } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

/** The operator sees how the installation stands, after the main job has been through it. */
export async function operate(tale) {
  const { step, walk, world } = tale;
  const who = await Person.arrive(walk, "operator");
  const { page } = who;
  await step("The operator reads how the installation stands, in three languages", async () => {
    await who.logIn(world.logins.operator, { to: "/drift", side: world.logins.operator.side });
    if (!/\/drift$/.test(page.url())) await who.open("/drift", { name: "operations" });
    await who.inAllLanguages("operations");
    const folded = page.locator("main details:not([open]) > summary");
    for (let left = await folded.count(); left > 0; left--) await folded.first().click();
    await who.look("operations-unfolded");
    need(/extract|uttrekk/i.test(await who.text()), "the jobs of the extract are not shown");
    const store = await page.locator("section[aria-labelledby=lager]").innerText();
    need(/data directory|datakatalogen/.test(store) && /[1-9]\d*\s(kB|MB|GB)/.test(store), `the store is told so: ${store}`);
    await byKeyboard(who);
  }, () => page.url());
  await step("… and is let into nothing else: 403 with a reason", async () => {
    for (const path of ["/saker", "/kontroll"]) {
      await who.open(path, { status: 403, name: `operator-at-${path}` });
      need((await page.locator("main .v-lead").count()) > 0, `${path} gives no reason`);
    }
    await who.inAllLanguages("forbidden", 403);
    await who.open("/drift", { name: "operations-again" });
    await who.press('header form[action="/logg-ut"] button', { name: "operator-logged-out" });
  }, () => page.url());
}

/** The log as anybody reads it: the key, the checkpoint, and how to check. */
export async function publicLog(tale) {
  const { step, walk, world } = tale;
  const anybody = await Person.arrive(walk, "reader");
  const { page } = anybody;
  await step("Anybody finds the log's key and how to check a proof, from every page's foot", async () => {
    await anybody.open("/", { name: "front" });
    await anybody.press('footer a[href="/log/nokkel"]', { name: "log-key" });
    await anybody.inAllLanguages("log-key");
    await byKeyboard(anybody);
    await keepsStill(anybody);
    const key = (await page.locator("main pre").first().innerText()).trim();
    need(key === world.program.log_key, `the page shows the key ${key}`);
  }, () => page.url());
  await step("… and programs find the checkpoint, signed by that key", async () => {
    const json = await anybody.ask("/api/log/key");
    need((await json.json()).key === world.program.log_key, "the key for programs is another");
    const checkpoint = await (await anybody.ask("/log/checkpoint")).text();
    const [origin, size] = checkpoint.split("\n");
    need(world.program.log_key.startsWith(`${origin}+`), `the checkpoint is of the log ${origin}`);
    need(Number(size) > 0 && checkpoint.includes(`\u2014 ${origin} `), "the checkpoint is empty or not signed");
    need((await anybody.ask("/log/finnes-ikke")).status() === 404, "a wrong address below the log is not said to be one");
  }, () => page.url());
}

/** The main pages by the keyboard alone, and with less motion. */
export async function keyboardAlone(tale) {
  const { step, walk } = tale;
  const visitor = await Person.arrive(walk, "keys");
  const { page } = visitor;
  for (const path of ["/", "/katalog", "/katalog?q=hjerte", "/katalog/npr/contact", "/katalog/variabel/npr/contact/main_condition", "/tilgjengelighet", "/logg-inn"]) {
    await step(`With the keyboard alone: ${path}`, async () => {
      await byKeyboard(visitor, path);
      await keepsStill(visitor);
    }, () => page.url());
  }
}
