// What surrounds every page: keyboard, languages, pages about the site, wrong addresses.
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

export async function shell(tale) {
  const { step, walk } = tale;
  const visitor = await Person.arrive(walk, "visitor");
  const { page } = visitor;
  const here = () => page.url();
  await step("With the keyboard alone: the skip link comes first and leads to the content", async () => {
    await visitor.open("/", { name: "front" });
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement.className);
    need(first.includes("ds-skip-link"), `the first stop is ${first}`);
    await tale.picture(page, "skip-link");
    await page.keyboard.press("Enter");
    need((await page.evaluate(() => document.activeElement.id)) === "main", "the skip link does not lead to the content");
  }, here);
  await step("The pages about the site, in three languages", async () => {
    for (const path of ["/tilgjengelighet", "/personvern", "/utlogget"]) {
      await visitor.open(path);
      await visitor.inAllLanguages(path);
    }
  }, here);
  await step("The register of permits says so while there are none", async () => {
    await visitor.open("/tillatelser", { name: "permits-empty" });
    await visitor.inAllLanguages("permits-empty");
  }, here);
  await step("A wrong address, and a page that asks for a login", async () => {
    await visitor.open("/finnes-ikke", { status: 404, name: "not-found" });
    await visitor.inAllLanguages("not-found", 404);
    await visitor.open("/soknader", { status: 401, name: "not-logged-in" });
    need(await page.locator('main a[href^="/logg-inn"]').count(), "the way to log in is not shown");
    await visitor.inAllLanguages("not-logged-in", 401);
  }, here);
  await step("Test-ID says what is missing, and lets one turn back", async () => {
    await visitor.open("/logg-inn", { name: "test-id" });
    await page.fill("#sok", "Finnes Ikke");
    await visitor.press('form[role="search"] button', { name: "test-id-nobody" });
    await visitor.open("/logg-inn", { name: "test-id-again" });
    await visitor.press('form[method="post"][action*="test-id"] button:not([name])', { status: 422, name: "test-id-nobody-chosen" });
    await visitor.errors();
    await page.locator('button[name="cancel"]').click();
    await page.waitForLoadState();
    await visitor.look("login-cancelled");
  }, here);
}

/** The steward of a register reads what was taken in; others may not. */
export async function steward(tale) {
  const { step, walk, world } = tale;
  const who = await Person.arrive(walk, "steward");
  const here = () => who.page.url();
  await step("The steward reads what was taken in, and which rows could not be used and why", async () => {
    await who.logIn(world.logins.steward, { to: "/register", side: world.logins.steward.side });
    if (!/\/register$/.test(who.page.url())) await who.open("/register", { name: "releases" });
    await who.inAllLanguages("releases");
    const releases = await who.page.locator('main a[href^="/register/"]').evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    need(releases.length, "no release is shown");
    for (const release of releases) await who.open(release, { name: "release" });
    await who.inAllLanguages("release");
  }, here);
}
