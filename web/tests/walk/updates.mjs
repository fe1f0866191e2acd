// A source gets a newer release, and the running project an update: in its room, beside what it had.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

const DATASET = "npr/contact";

/** A person has their rows deleted, the steward has the release made anew, and the room gets what follows. */
export async function update(tale) {
  const { step, walk, world, researcher } = tale;
  const steward = await Person.arrive(walk, "renewing");
  const here = () => steward.page.url();
  const send = (action, answer) => steward.press(`main form[action$="${action}"] button[type="submit"]`, answer);
  await step("A person has their rows deleted, and the steward has the release made anew and approves it", async () => {
    await steward.logIn(world.logins.steward, { to: "/register", side: world.logins.steward.side });
    await steward.open("/register", { name: "releases" });
    const row = steward.page.locator("#releases tbody tr", { hasText: DATASET }).first();
    const release = await row.locator("a").first().getAttribute("href");
    await steward.open(`${release}/rettelser`, { name: "amend" });
    await steward.fill("kind", "deletion");
    await steward.fill("section", "17");
    await steward.fill("_number", number(world));
    await send("/rettelser", { name: "amended" });
    await steward.open(`${release}/karantene`, { name: "quarantine" });
    await send("/karantene/koble", { name: "renewing" });
    const anew = await until(async () => {
      await steward.page.goto(`${release}/karantene`);
      const link = steward.page.locator('main .ds-alert a[href^="/register/"]');
      return (await link.count()) ? link.first().getAttribute("href") : null;
    }, "the release is not made anew", 60);
    need(anew !== release, "the same release was made");
    await until(async () => {
      await steward.page.goto(anew);
      return steward.page.locator('main form[action$="/godkjenn"], main a[href$="/kvalitet"]').count().then((found) => found > 1);
    }, "nobody looked into the new release", 60);
    await steward.look("renewed");
    const reason = steward.page.locator('main [name="reason"]');
    if (await reason.count()) await reason.fill("Som den forrige, uten den som har bedt om sletting.");
    await send("/godkjenn", { name: "renewed-approved" });
  }, here);

  const { page } = researcher;
  const deliveries = `/tillatelser/${tale.permit}/oppdateringer`;
  await step("The researcher asks for the update, and sees in the room that it came, where it lies and what changed", async () => {
    await researcher.open(deliveries, { name: "update-possible" });
    const ask = page.locator(`form[action="${deliveries}"] button`);
    // The program looks for updates by itself now and then, and may have been quicker.
    if (await ask.count()) await researcher.press(ask, { name: "update-asked" });
    const alert = page.locator("main .ds-alert", { hasText: "Oppdatering 1" });
    await until(async () => {
      await page.goto(tale.room);
      return alert.count();
    }, "no update comes to the room", 90);
    await researcher.look("room-updated");
    await researcher.inAllLanguages("room-updated");
    need((await alert.innerText()).includes("/data/update-1"), "it is not told where the update lies");
    await byKeyboard(researcher);
    await researcher.press(alert.locator('a[href*="/filer#"]'), { name: "room-update-files" });
    await researcher.inAllLanguages("room-update-files");
    const files = await page.locator("#update-1").innerText();
    need(files.includes("/data/update-1/CHANGES.md") || (await researcher.text()).includes("/data/update-1/CHANGES.md"), "the account of changes is not named");
    await researcher.open(tale.room, { name: "room-updated-again" });
    await researcher.press(page.locator(`main a[href="${deliveries}#leveranse-1"]`), { name: "update-changes" });
    await researcher.inAllLanguages("update-changes");
    const told = await page.locator('section[aria-labelledby="leveranse-1"]').innerText();
    need(/Borte/.test(told) && told.includes("/data/update-1"), `what changed is told as «${told}»`);
    await researcher.open(`${tale.room}/logg`, { name: "room-log-updated" });
    need((await researcher.text()).includes("Fikk en oppdatering"), "the room's log does not tell of the update");
  }, () => page.url());
}

/** The number of the citizen of the demo world, who was in the extract. */
function number({ program, logins }) {
  const people = JSON.parse(readFileSync(join(program.data, "demo/people.json"), "utf8"));
  return people.find((person) => person.key === logins.citizen.key).number;
}
