// Step 8: the citizen sees, checks and says no.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

const CHECKER = fileURLToPath(new URL("../../../docs/check_proof.py", import.meta.url));

export async function citizen(tale) {
  const { step, walk, world } = tale;
  const citizen = await Person.arrive(walk, "citizen");
  const { page } = citizen;
  const here = () => page.url();
  await step("The citizen logs in and sees their page", async () => {
    await citizen.logIn(world.logins.citizen, { to: "/min-side" });
    if (!/\/min-side$/.test(page.url())) await citizen.open("/min-side", { name: "my-page" });
    await citizen.inAllLanguages("my-page");
  }, here);
  await step("… the registers they are in", async () => {
    await citizen.open("/min-side/registre", { name: "my-registers" });
    await citizen.inAllLanguages("my-registers");
    need((await page.locator("main section.ds-card").count()) >= 2, "hardly any register");
  }, here);
  await step("… the project that used their data: was I in, the permit, what left the room", async () => {
    await citizen.open("/min-side/prosjekter", { name: "my-projects" });
    await citizen.inAllLanguages("my-projects");
    await citizen.press('main a[href^="/min-side/prosjekter/"]', { name: "my-project" });
    await citizen.inAllLanguages("my-project");
    tale.project = new URL(page.url()).pathname;
    need((await citizen.text()).includes("whole_period.csv"), "what left the room is not shown");
    await check(citizen, tale, 'main a[download]', "membership");
    await citizen.press('main a[href^="/tillatelser/"]', { name: "permit" });
    await citizen.inAllLanguages("permit");
  }, here);
  await step("… the log, whose proofs are checked by the program and by the Python script", async () => {
    await citizen.open("/min-side/logg", { name: "my-log" });
    await citizen.inAllLanguages("my-log");
    await check(citizen, tale, 'main a[href$="/komplett"]', "complete");
    // One's own visits are folded.
    const folded = page.locator("main details:not([open]) > summary");
    for (let left = await folded.count(); left > 0; left--) await folded.first().click();
    await citizen.look("my-log-unfolded");
    await citizen.press('main :is(td, th) a[href^="/min-side/logg/"]:not([download])', { name: "my-entry" });
    await citizen.inAllLanguages("my-entry");
    await check(citizen, tale, 'main a[href$="/bevis"][download]', "entry");
    await citizen.open("/min-side/bevis", { name: "proofs" });
    await citizen.inAllLanguages("proofs");
  }, here);
  await step("… opts out, is told what it means for the project, and gets a receipt", async () => {
    await citizen.open("/min-side/valg", { name: "choices" });
    await citizen.inAllLanguages("choices");
    await citizen.press("main .ds-card a.ds-button", { name: "opt-out" });
    await citizen.inAllLanguages("opt-out");
    await citizen.press('form[action="/min-side/valg"] button', { name: "opted-out" });
    await citizen.inAllLanguages("opted-out");
    await check(citizen, tale, 'main a[href$="/bevis"][download]', "receipt");
    await citizen.open(tale.project, { name: "my-project-opted-out" });
    await citizen.open("/min-side", { name: "my-page-opted-out" });
  }, here);
  await step("… changes their mind about one register, and logs out", async () => {
    await citizen.open("/min-side/valg", { name: "choices-opted-out" });
    await citizen.press("main tbody a", { name: "one-register" });
    await citizen.press('form[action="/min-side/valg"] button', { name: "one-register-chosen" });
    await citizen.press('header form[action="/logg-ut"] button', { name: "logged-out" });
    await citizen.open("/min-side", { status: 401, name: "my-page-logged-out" });
  }, here);
}

/** Downloads a proof and has it checked by the program and by a script that shares no code with it. */
async function check(citizen, tale, link, name) {
  const { program } = tale.world;
  const href = await citizen.page.locator(link).first().getAttribute("href");
  const answer = await until(async () => {
    const answer = await citizen.ask(href);
    // The log closes its entries in batches, up to a second apart.
    return answer.status() === 200 ? answer : null;
  }, `no proof comes from ${href}`, 15);
  need(/attachment/.test(answer.headers()["content-disposition"] ?? ""), `${href} is shown, not downloaded`);
  const file = tale.folder.write(`${name}.tlog-proof`, await answer.body());
  const said = run(process.env.VARDE, ["ledger", "check", file, "--key", program.log_key]);
  need(/\S/.test(said), `the program says nothing about the ${name} proof`);
  // The script checks entries; what is proved about everybody at once is JSON for the program.
  if (name === "entry" || name === "receipt") run("python3", [CHECKER, file, program.log_key]);
  if (name !== "entry") return;
  const bent = Buffer.from(await answer.body());
  const at = bent.indexOf("\n", bent.length / 2) - 2;
  bent[at] = bent[at] === 65 ? 66 : 65;
  const wrong = tale.folder.write("bent.tlog-proof", bent);
  for (const [checker, flags] of [[process.env.VARDE, ["ledger", "check", wrong, "--key", program.log_key]], ["python3", [CHECKER, wrong, program.log_key]]]) {
    let held = true;
    try {
      run(checker, flags);
    } catch {
      held = false;
    }
    need(!held, `${checker} believes a proof with a letter changed`);
  }
}

function run(command, flags) {
  try {
    return execFileSync(command, flags, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${command} ${flags.slice(0, 2).join(" ")}: ${error.stdout}${error.stderr}`);
  }
}
