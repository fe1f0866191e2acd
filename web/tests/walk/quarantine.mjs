// A steward works through the rows that could not be used, and enters what a person has had deleted.
import { execFileSync } from "node:child_process";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

/** Takes in a small register with three rows that cannot be used, by command; gives its release. */
function takeIn({ folder, world: { program } }, holder) {
  const good = Array.from({ length: 30 }, (_, n) => `p${n},2024-03-${String((n % 28) + 1).padStart(2, "0")},${n + 40}\n`).join("");
  const clean = folder.write("clean.csv", `pid,in_date,age\n${good}`);
  const rows = folder.write("rows.csv", `pid,in_date,age\n${good}p1,yesterday,50\np2,31.31.2024,51\np3,2024-03-01,mange\n`);
  const book = `${clean}.book.csv`;
  const varde = (...words) => execFileSync(program.program, ["import", ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  varde("propose", clean, "--id-column", "pid", "--out", book);
  const about = ["--id-column", "pid", "--id-kind", "local:walk", "--source", "prove", "--name", "Prøveregisteret", "--holder", holder];
  return JSON.parse(varde("register", "--codebook", book, "--data", rows, "--data-dir", program.data, ...about, "--json")).release;
}

/** Looks at what is in quarantine, accepts a group, asks for a delivery, and makes the release anew. */
export async function workThrough(tale) {
  const { step, walk, world } = tale;
  const who = await Person.arrive(walk, "quarantine");
  const { page } = who;
  const here = () => page.url();
  const form = (action) => page.locator(`form[action$="/${action}"]`);
  const send = (action, answer) => who.press(form(action).locator('button[type="submit"]'), answer);
  const waiting = async () => (await page.locator("#groups tbody tr").allInnerTexts()).join("\n");
  let release;

  await step("A register with rows that cannot be used is taken in for the steward's organisation", async () => {
    await who.logIn(world.logins.steward, { to: "/register", side: world.logins.steward.side });
    const releases = await page.evaluate(() => fetch("/api/releases").then((answer) => answer.json()));
    const { holder } = releases.find((one) => one.dataset === "npr/contact");
    release = `/register/${takeIn(tale, holder)}`;
  }, here);

  await step("The steward sees what was taken in lately, and the rows that wait", async () => {
    await who.open("/register/innlasting", { name: "ingestions" });
    await who.inAllLanguages("ingestions");
    need(await page.locator(`#ingestions a[href="${release}"]`).count(), "what was taken in just now is not shown");
    await who.open(`${release}/karantene`, { name: "quarantine" });
    need((await page.locator("#groups tbody tr").count()) === 2, "two things are wrong with the rows");
    await who.inAllLanguages("quarantine");
  }, here);

  await step("… accepts that some are lost, which takes a group and a reason", async () => {
    const before = await waiting();
    await who.unfold(form("godta"));
    await send("godta", { status: 422, name: "quarantine-errors" });
    need((await who.errors()).fields.length >= 1, "nothing is said of what lacks");
    await form("godta").locator('input[type="radio"]').last().check();
    await who.fill("because", "Noen få rader av mange");
    await send("godta", { name: "quarantine-accepted" });
    need((await waiting()) !== before, "the rows still wait");
    need(/Noen få rader av mange/.test(await page.locator("#decisions").innerText()), "what was done is not shown");
  }, here);

  await step("… asks for a new delivery, and makes the release anew, which finds nothing new", async () => {
    await who.unfold(form("bestill"));
    await who.fill("request", "Datoene må skrives som ÅÅÅÅ-MM-DD");
    await send("bestill", { name: "quarantine-asked" });
    await send("koble", { name: "quarantine-renewing" });
    await until(async () => {
      await page.reload();
      return (await form("koble").count()) || /\/register\/[0-9a-f-]{36}$/m.test(await page.locator("main .ds-alert a").first().getAttribute("href").catch(() => ""));
    }, "making the release anew does not end");
    await who.look("quarantine-renewed");
    await who.inAllLanguages("quarantine-renewed");
  }, here);

  await step("What a person has had deleted takes a person whom somebody knows, and never shows the number again", async () => {
    await who.open(`${release}/rettelser`, { name: "amendments" });
    await who.inAllLanguages("amendments");
    await send("rettelser", { status: 422, name: "amendments-errors" });
    await page.locator('input[name="kind"]').first().check();
    await who.fill("section", "17");
    await who.fill("_number", "00000000000");
    await send("rettelser", { status: 422, name: "amendments-nobody" });
    need((await who.errors()).fields.includes("_number"), "the wrong number is not told of");
    need((await page.locator('[name="_number"]').inputValue()) === "", "the number is shown again");
  }, here);
}
